-- What each mail is found by (ADR 35): digests of its words and addresses, each once. The workspace and the mail's place in its lists stand
-- in every row, so that the mail with a term is read from the index in the order of the list, and no further than the page.
CREATE TABLE message_term (
    message_id    UUID   NOT NULL,
    term          BIGINT NOT NULL,
    workspace_id  UUID   NOT NULL,
    occurred_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_message_term PRIMARY KEY (message_id, term)
);
CREATE INDEX ix_message_term_list ON message_term (workspace_id, term, occurred_at, message_id);

-- Mail that waits for its terms. Small: a row goes when they are there.
CREATE TABLE message_unindexed (
    message_id    UUID NOT NULL,
    workspace_id  UUID NOT NULL,
    CONSTRAINT pk_message_unindexed PRIMARY KEY (message_id)
);
CREATE INDEX ix_message_unindexed_workspace ON message_unindexed (workspace_id, message_id);

-- What is stored already is read in the background, the newest first.
INSERT INTO message_unindexed (message_id, workspace_id) SELECT id, workspace_id FROM message;
