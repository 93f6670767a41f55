-- Foreign keys of the tables that grow with every mail; see ../common/V1__first_mail.sql. The workspace is none of them: the
-- endpoint's row has proved it already.

ALTER TABLE sender_turns
    ADD CONSTRAINT fk_sender_turns_endpoint FOREIGN KEY (endpoint_id) REFERENCES endpoint (id);
ALTER TABLE thread
    ADD CONSTRAINT fk_thread_endpoint FOREIGN KEY (endpoint_id) REFERENCES endpoint (id);
ALTER TABLE message
    ADD CONSTRAINT fk_message_endpoint FOREIGN KEY (endpoint_id) REFERENCES endpoint (id);
ALTER TABLE message
    ADD CONSTRAINT fk_message_thread FOREIGN KEY (thread_id) REFERENCES thread (id);
ALTER TABLE message_recipient
    ADD CONSTRAINT fk_message_recipient_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE folder_entry
    ADD CONSTRAINT fk_folder_entry_folder FOREIGN KEY (folder_id) REFERENCES folder (id);
ALTER TABLE folder_entry
    ADD CONSTRAINT fk_folder_entry_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE queue_job
    ADD CONSTRAINT fk_queue_job_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE queue_attempt
    ADD CONSTRAINT fk_queue_attempt_message FOREIGN KEY (message_id) REFERENCES message (id);
