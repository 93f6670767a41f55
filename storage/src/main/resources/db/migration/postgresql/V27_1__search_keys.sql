-- See ../common/V1__first_mail.sql.
ALTER TABLE message_term
    ADD CONSTRAINT fk_message_term_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE message_unindexed
    ADD CONSTRAINT fk_message_unindexed_message FOREIGN KEY (message_id) REFERENCES message (id);
