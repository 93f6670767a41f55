-- Whether an endpoint wrote to an address before: of whose mail a recipient is stands beside it, so that no other endpoint's mail is
-- looked at.
ALTER TABLE message_recipient ADD COLUMN endpoint_id UUID;
UPDATE message_recipient
    SET endpoint_id = (SELECT message.endpoint_id FROM message WHERE message.id = message_recipient.message_id);
ALTER TABLE message_recipient ALTER COLUMN endpoint_id SET NOT NULL;
CREATE INDEX ix_message_recipient_endpoint ON message_recipient (endpoint_id, canonical, message_id);
DROP INDEX ix_message_recipient_canonical;
