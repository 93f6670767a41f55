-- See ../common/V1__first_mail.sql.
ALTER TABLE quarantined_message
    ADD CONSTRAINT fk_quarantined_message_endpoint FOREIGN KEY (endpoint_id) REFERENCES endpoint (id);
