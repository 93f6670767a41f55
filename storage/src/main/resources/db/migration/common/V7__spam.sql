-- What the people of a workspace taught by accepting and rejecting mail. No text of mail is kept: tokens are hashes that are made
-- with the workspace's id, and are of no use beside it.

-- How many mails of either kind were learned; locked by whoever learns.
CREATE TABLE spam_corpus (
    workspace_id  UUID PRIMARY KEY,
    ham           INT NOT NULL,
    spam          INT NOT NULL
);

-- In how many of them a token stood. The token leads the key, because H2 looks up a list of values by the first column only.
CREATE TABLE spam_token (
    token         BIGINT NOT NULL,
    workspace_id  UUID NOT NULL,
    ham           INT NOT NULL,
    spam          INT NOT NULL,
    CONSTRAINT pk_spam_token PRIMARY KEY (token, workspace_id)
);

-- The lessons that count, each with what was counted for it, so that it can be taken out again.
CREATE TABLE spam_lesson (
    workspace_id  UUID NOT NULL,
    mail_id       UUID NOT NULL,
    is_spam       BOOLEAN NOT NULL,
    -- eight octets each, in base 64
    tokens        TEXT NOT NULL,
    learned_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_spam_lesson PRIMARY KEY (workspace_id, mail_id)
);
CREATE INDEX ix_spam_lesson_age ON spam_lesson (workspace_id, is_spam, learned_at, mail_id);

-- How each mail was scored at each endpoint, whether it was let in or not.
CREATE TABLE spam_score (
    spool_id     UUID NOT NULL,
    endpoint_id  UUID NOT NULL,
    -- null where it could not be found out
    score        DOUBLE PRECISION,
    signals      ${json} NOT NULL,
    CONSTRAINT pk_spam_score PRIMARY KEY (spool_id, endpoint_id)
);
