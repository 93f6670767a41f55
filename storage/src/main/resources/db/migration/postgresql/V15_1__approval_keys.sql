-- See ../common/V1__first_mail.sql.
ALTER TABLE approval
    ADD CONSTRAINT fk_approval_endpoint FOREIGN KEY (endpoint_id) REFERENCES endpoint (id);
ALTER TABLE approval
    ADD CONSTRAINT fk_approval_message FOREIGN KEY (message_id) REFERENCES message (id);
ALTER TABLE approval_decision
    ADD CONSTRAINT fk_approval_decision_approval FOREIGN KEY (approval_id) REFERENCES approval (id);
