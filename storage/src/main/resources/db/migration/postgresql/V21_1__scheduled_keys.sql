-- See ../common/V1__first_mail.sql.
ALTER TABLE scheduled_send
    ADD CONSTRAINT fk_scheduled_send_message FOREIGN KEY (message_id) REFERENCES message (id);
