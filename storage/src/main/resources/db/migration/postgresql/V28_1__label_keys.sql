-- See ../common/V1__first_mail.sql.
ALTER TABLE message_label
    ADD CONSTRAINT fk_message_label_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE message_label
    ADD CONSTRAINT fk_message_label_label FOREIGN KEY (label_id) REFERENCES label (id);
