-- Days after which a sent mail without an answer is told of; null: never.
ALTER TABLE endpoint ADD COLUMN missed_reply_days INT;

-- Sent mail whose answers are looked for when it is due: once, whatever came meanwhile.
CREATE TABLE awaited_reply (
    message_id    UUID PRIMARY KEY,
    workspace_id  UUID NOT NULL,
    due_at        TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_awaited_reply_due ON awaited_reply (due_at, message_id);
