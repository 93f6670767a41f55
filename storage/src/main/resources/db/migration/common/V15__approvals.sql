-- Actions that wait, or waited, for people. Grows with mail: its foreign keys are on PostgreSQL only, see V1.
CREATE TABLE approval (
    id               UUID PRIMARY KEY,
    workspace_id     UUID NOT NULL,
    endpoint_id      UUID NOT NULL,
    status           VARCHAR(10) NOT NULL,
    standing         VARCHAR(3000) NOT NULL,
    -- what is held: the mail, and the digest of the bytes that are decided on
    message_id       UUID NOT NULL,
    digest           VARCHAR(64) NOT NULL,
    summary          VARCHAR(1000) NOT NULL,
    -- who asked
    requester_kind   VARCHAR(10) NOT NULL,
    requester_id     UUID NOT NULL,
    requester_label  VARCHAR(320) NOT NULL,
    token_id         UUID NOT NULL,
    maker_id         UUID NOT NULL,
    token_endpoint_id UUID,
    -- the rule that holds it, as the API spells it
    held_by          ${json} NOT NULL,
    created_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at       TIMESTAMP WITH TIME ZONE,
    CONSTRAINT uq_approval_message UNIQUE (message_id),
    CONSTRAINT ck_approval_status CHECK (
        status IN ('pending', 'approved', 'executed', 'failed', 'rejected', 'expired', 'cancelled'))
);
-- Lists, newest first: of a workspace, of an endpoint, of a requester. Ids sort by time.
CREATE INDEX ix_approval_workspace ON approval (workspace_id, status, id);
CREATE INDEX ix_approval_endpoint ON approval (endpoint_id, status, id);
CREATE INDEX ix_approval_requester ON approval (requester_id, status, id);
-- What is to expire.
CREATE INDEX ix_approval_due ON approval (status, expires_at, id);

CREATE TABLE approval_decision (
    approval_id    UUID NOT NULL,
    number         INT  NOT NULL,
    user_id        UUID NOT NULL,
    user_label     VARCHAR(320) NOT NULL,
    channel        VARCHAR(10) NOT NULL,
    kind           VARCHAR(10) NOT NULL,
    note           VARCHAR(2000) NOT NULL,
    digest         VARCHAR(64) NOT NULL,
    edited_digest  VARCHAR(64),
    decided_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_approval_decision PRIMARY KEY (approval_id, number),
    CONSTRAINT ck_approval_decision_kind CHECK (kind IN ('approve', 'reject', 'reopen'))
);

-- Whether an address was written to before.
CREATE INDEX ix_message_recipient_canonical ON message_recipient (canonical, message_id);
