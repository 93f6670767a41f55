-- When a mail is to leave, as its sender asked.
ALTER TABLE message ADD COLUMN send_at TIMESTAMP WITH TIME ZONE;

-- Mail that waits for its time, and for nothing else. Small: a row goes when its mail leaves or is cancelled.
CREATE TABLE scheduled_send (
    message_id    UUID NOT NULL,
    workspace_id  UUID NOT NULL,
    endpoint_id   UUID NOT NULL,
    -- by which it was asked for; null for a person who had signed in
    token_id      UUID,
    due_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_scheduled_send PRIMARY KEY (message_id)
);
CREATE INDEX ix_scheduled_send_due ON scheduled_send (due_at, message_id);
CREATE INDEX ix_scheduled_send_endpoint ON scheduled_send (endpoint_id, message_id);
