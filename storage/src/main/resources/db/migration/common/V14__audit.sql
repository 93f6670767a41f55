-- The record of every decision and every send. Rows are only ever added; each is chained to the one before it by its hash.

-- Numbers follow the order of commits: the row of audit_head is locked from the append to the commit, as event_head is.
CREATE TABLE audit_head (
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    seq           BIGINT NOT NULL,
    hash          VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (workspace_id)
);

CREATE TABLE audit_entry (
    workspace_id   UUID   NOT NULL,
    seq            BIGINT NOT NULL,
    at             TIMESTAMP WITH TIME ZONE NOT NULL,
    kind           VARCHAR(60)  NOT NULL,
    actor_kind     VARCHAR(20)  NOT NULL,
    actor_id       VARCHAR(60)  NOT NULL,
    actor_label    VARCHAR(320) NOT NULL,
    channel        VARCHAR(20)  NOT NULL,
    token_id       VARCHAR(60),
    subject        VARCHAR(60)  NOT NULL,
    -- canonical JSON; as text, because JSONB keeps no spelling and the hash is of the very characters
    details        TEXT NOT NULL,
    previous_hash  VARCHAR(64) NOT NULL,
    hash           VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (workspace_id, seq)
);
-- Lists, newest first: of a workspace, of a kind, of somebody, of a kind by somebody; and all about one thing.
CREATE INDEX ix_audit_entry_at ON audit_entry (workspace_id, at, seq);
CREATE INDEX ix_audit_entry_kind ON audit_entry (workspace_id, kind, at, seq);
CREATE INDEX ix_audit_entry_actor ON audit_entry (workspace_id, actor_id, at, seq);
CREATE INDEX ix_audit_entry_actor_kind ON audit_entry (workspace_id, actor_id, kind, at, seq);
CREATE INDEX ix_audit_entry_subject ON audit_entry (workspace_id, subject, seq);
