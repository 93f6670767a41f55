-- What comes back about mail that was sent, and the addresses to which nothing is sent because of it.

-- The address leads the key, because H2 looks up a list of values by the first column only.
CREATE TABLE suppression (
    canonical     VARCHAR(400) NOT NULL,
    workspace_id  UUID NOT NULL,
    -- by which the record names it
    id            UUID NOT NULL,
    -- as it was written
    address       VARCHAR(400) NOT NULL,
    cause         VARCHAR(20)  NOT NULL,
    note          VARCHAR(1000) NOT NULL,
    message_id    UUID,
    added_by      VARCHAR(320) NOT NULL,
    added_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_suppression PRIMARY KEY (canonical, workspace_id),
    CONSTRAINT ck_suppression_cause CHECK (cause IN ('hard_bounce', 'complaint', 'manual'))
);
-- The list, newest first.
CREATE INDEX ix_suppression_list ON suppression (workspace_id, added_at, canonical);

-- Which mail was recorded as a report on which message.
CREATE TABLE returned_report (
    spool_id    UUID NOT NULL,
    message_id  UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_returned_report PRIMARY KEY (spool_id, message_id)
);
-- Which of them are to be forgotten.
CREATE INDEX ix_returned_report_at ON returned_report (recorded_at);
