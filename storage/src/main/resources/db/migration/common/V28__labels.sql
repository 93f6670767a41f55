-- What a workspace sorts its mail by. A removed label is cleared from its messages bit by bit, and then goes itself.
CREATE TABLE label (
    id            UUID PRIMARY KEY,
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    name          VARCHAR(100) NOT NULL,
    -- digest of what names are compared by; of a removed label its id, so that its name is free
    name_key      UUID NOT NULL,
    color         VARCHAR(7),
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at    TIMESTAMP WITH TIME ZONE,
    CONSTRAINT uq_label_name UNIQUE (workspace_id, name_key)
);
CREATE INDEX ix_label_workspace ON label (workspace_id, id);
CREATE INDEX ix_label_removed ON label (removed_at, id);

-- With the message's place in its lists, so that the mail of a label is read in their order.
CREATE TABLE message_label (
    message_id   UUID NOT NULL,
    label_id     UUID NOT NULL,
    occurred_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    put_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_message_label PRIMARY KEY (message_id, label_id)
);
CREATE INDEX ix_message_label_list ON message_label (label_id, occurred_at, message_id);
