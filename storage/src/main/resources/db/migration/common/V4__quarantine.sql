-- Inbound mail that is or was held back for an endpoint; in no mailbox while it is pending or rejected. Raw bytes are kept
-- outside, by digest. Grows with mail: its foreign key is on PostgreSQL only, see V1.
CREATE TABLE quarantined_message (
    id              UUID PRIMARY KEY,
    workspace_id    UUID NOT NULL,
    endpoint_id     UUID NOT NULL,
    state           VARCHAR(10) NOT NULL,
    reason          VARCHAR(30) NOT NULL,
    spam_score      DOUBLE PRECISION,
    signals         ${json} NOT NULL,
    -- how it came: all that the pipeline needs to take it up again
    spool_id        UUID NOT NULL,
    recipient       VARCHAR(400) NOT NULL,
    reverse_path    VARCHAR(400) NOT NULL,
    arrived_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    client          VARCHAR(60)  NOT NULL,
    helo            VARCHAR(1000) NOT NULL,
    protocol        VARCHAR(40)  NOT NULL,
    classification  VARCHAR(20)  NOT NULL,
    authentication  ${json} NOT NULL,
    -- what its header says
    addressees      ${json} NOT NULL,
    subject         VARCHAR(1000) NOT NULL,
    raw_digest      VARCHAR(64) NOT NULL,
    raw_size        BIGINT NOT NULL,
    -- the decision; null while there is none
    decision_key    UUID,
    decided_at      TIMESTAMP WITH TIME ZONE,
    decided_by_kind VARCHAR(10),
    decided_by_id   UUID,
    decided_by      VARCHAR(320),
    decision_note   VARCHAR(2000),
    bound_user_id   UUID,
    -- what becomes of an accepted mail: null where its record is all
    release_due_at  TIMESTAMP WITH TIME ZONE,
    leased_by       VARCHAR(64),
    release_attempts INT NOT NULL,
    released_at     TIMESTAMP WITH TIME ZONE,
    message_id      UUID,
    CONSTRAINT uq_quarantined_message_spool UNIQUE (spool_id, endpoint_id),
    CONSTRAINT ck_quarantined_message_state CHECK (state IN ('pending', 'accepted', 'rejected')),
    CONSTRAINT ck_quarantined_message_reason CHECK (
        reason IN ('unknown_sender', 'spam_threshold', 'auth_failed', 'dangerous_attachment', 'phishing'))
);
-- Lists, newest first: of a workspace, of an endpoint.
CREATE INDEX ix_quarantined_message_state ON quarantined_message (workspace_id, state, arrived_at, id);
CREATE INDEX ix_quarantined_message_endpoint ON quarantined_message (endpoint_id, state, arrived_at, id);
