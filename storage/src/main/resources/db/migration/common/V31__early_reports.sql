-- Bounces that came while the attempt which handed the mail over was not recorded yet. They count when it is.
CREATE TABLE early_report (
    message_id     UUID NOT NULL,
    canonical      VARCHAR(400) NOT NULL,
    -- as the mail names the recipient
    address        VARCHAR(400) NOT NULL,
    smtp_reply     VARCHAR(1000) NOT NULL,
    category       VARCHAR(20)  NOT NULL,
    -- whether a hard one says something of later mail
    for_address    BOOLEAN NOT NULL,
    spool_id       UUID NOT NULL,
    report_digest  VARCHAR(64) NOT NULL,
    report_size    BIGINT NOT NULL,
    came_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_early_report PRIMARY KEY (message_id, canonical)
);
-- Those whose attempt was never recorded are forgotten.
CREATE INDEX ix_early_report_at ON early_report (came_at);
