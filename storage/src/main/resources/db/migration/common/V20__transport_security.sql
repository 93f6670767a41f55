-- How a mail was protected on its way: whether the peer's certificate proved its name, or why not; and what the destination's
-- MTA-STS policy asked for. tls stands in queue_attempt already.
ALTER TABLE queue_attempt ADD COLUMN certificate VARCHAR(500);
ALTER TABLE queue_attempt ADD COLUMN sts VARCHAR(500);
ALTER TABLE message_recipient ADD COLUMN tls VARCHAR(200);
ALTER TABLE message_recipient ADD COLUMN certificate VARCHAR(500);
ALTER TABLE message_recipient ADD COLUMN sts VARCHAR(500);

-- Policies of domains that we bring mail to (RFC 8461), for as long as each says.
CREATE TABLE sts_policy (
    domain           VARCHAR(255) PRIMARY KEY,
    policy_id        VARCHAR(32) NOT NULL,
    mode             VARCHAR(10) NOT NULL,
    -- one pattern a line
    mx               TEXT NOT NULL,
    max_age_seconds  BIGINT NOT NULL,
    fetched_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    -- when it is to be fetched anew, whoever sends
    refresh_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    -- when mail went there last, to the day
    used_at          TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT ck_sts_policy_mode CHECK (mode IN ('enforce', 'testing', 'none'))
);
CREATE INDEX ix_sts_policy_refresh ON sts_policy (refresh_at);
CREATE INDEX ix_sts_policy_expires ON sts_policy (expires_at);
