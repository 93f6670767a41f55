-- One script for H2 and PostgreSQL. ${json} is JSON or JSONB. Names follow docs/GLOSSARY.md.
--
-- Every row of a tenant carries its workspace, so that data can be partitioned by it.
--
-- The tables that grow with every mail have their foreign keys on PostgreSQL only (../postgresql/V1_1__foreign_keys.sql).
-- H2 keeps an index of exactly its columns for each one, which costs as much as the row itself and leads its planner astray.

CREATE TABLE workspace (
    id          UUID PRIMARY KEY,
    name        VARCHAR(200) NOT NULL,
    domain      VARCHAR(255) NOT NULL,
    slug        VARCHAR(63)  NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT uq_workspace_domain_slug UNIQUE (domain, slug)
);

CREATE TABLE workspace_user (
    id            UUID PRIMARY KEY,
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    email         VARCHAR(320) NOT NULL,
    name          VARCHAR(200) NOT NULL,
    role          VARCHAR(10)  NOT NULL,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT uq_workspace_user_email UNIQUE (workspace_id, email),
    CONSTRAINT ck_workspace_user_role CHECK (role IN ('owner', 'admin', 'member'))
);

-- Sender addresses bound to a person; canonical.
CREATE TABLE user_address (
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    address       VARCHAR(320) NOT NULL,
    user_id       UUID NOT NULL REFERENCES workspace_user (id),
    CONSTRAINT pk_user_address PRIMARY KEY (workspace_id, address)
);
CREATE INDEX ix_user_address_user ON user_address (user_id);

CREATE TABLE agent (
    id              UUID PRIMARY KEY,
    workspace_id    UUID NOT NULL REFERENCES workspace (id),
    name            VARCHAR(200) NOT NULL,
    type            VARCHAR(100) NOT NULL,
    status          VARCHAR(10)  NOT NULL,
    execution_mode  VARCHAR(10)  NOT NULL,
    owner_user_id   UUID REFERENCES workspace_user (id),
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT ck_agent_status CHECK (status IN ('active', 'paused', 'disabled')),
    CONSTRAINT ck_agent_execution_mode CHECK (execution_mode IN ('human', 'auto', 'external'))
);
CREATE INDEX ix_agent_workspace ON agent (workspace_id, id);

CREATE TABLE endpoint (
    id                       UUID PRIMARY KEY,
    workspace_id             UUID NOT NULL REFERENCES workspace (id),
    localpart                VARCHAR(64)  NOT NULL,
    address                  VARCHAR(320) NOT NULL,
    kind                     VARCHAR(10)  NOT NULL,
    plane                    VARCHAR(10)  NOT NULL,
    agent_id                 UUID REFERENCES agent (id),
    reply_policy             VARCHAR(20)  NOT NULL,
    max_turns_per_sender_day INT NOT NULL,
    max_turns_per_day        INT NOT NULL,
    enabled                  BOOLEAN NOT NULL,
    is_system                BOOLEAN NOT NULL,
    created_at               TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at               TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT uq_endpoint_address UNIQUE (address),
    CONSTRAINT ck_endpoint_kind CHECK (kind IN ('custom', 'mailbox')),
    CONSTRAINT ck_endpoint_plane CHECK (plane IN ('light', 'agent')),
    CONSTRAINT ck_endpoint_reply_policy
        CHECK (reply_policy IN ('agent_decides', 'always_reply', 'never_reply', 'human_review'))
);
CREATE INDEX ix_endpoint_workspace ON endpoint (workspace_id, id);
CREATE INDEX ix_endpoint_agent ON endpoint (agent_id);

-- Apart from endpoint, because it changes with every mail and the policies hardly ever.
CREATE TABLE endpoint_counters (
    endpoint_id       UUID PRIMARY KEY REFERENCES endpoint (id),
    workspace_id      UUID   NOT NULL REFERENCES workspace (id),
    received          BIGINT NOT NULL,
    replied           BIGINT NOT NULL,
    awaiting_review   BIGINT NOT NULL,
    unrouted          BIGINT NOT NULL,
    quarantined       BIGINT NOT NULL,
    escalated         BIGINT NOT NULL,
    last_occurred_at  TIMESTAMP WITH TIME ZONE
);
CREATE INDEX ix_endpoint_counters_workspace ON endpoint_counters (workspace_id);

-- Turns that senders had on a day (UTC). The row with an empty sender counts all of the endpoint's.
CREATE TABLE sender_turns (
    endpoint_id  UUID NOT NULL,
    turn_day     DATE NOT NULL,
    sender       VARCHAR(320) NOT NULL,
    turns        INT NOT NULL,
    CONSTRAINT pk_sender_turns PRIMARY KEY (endpoint_id, turn_day, sender)
);

-- Tokens are kept as the SHA-256 of their secret.
CREATE TABLE token (
    id            UUID PRIMARY KEY,
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    secret_hash   VARCHAR(64)  NOT NULL,
    label         VARCHAR(200) NOT NULL,
    scopes        VARCHAR(1000) NOT NULL,
    endpoint_id   UUID REFERENCES endpoint (id),
    agent_id      UUID REFERENCES agent (id),
    maker_id      UUID NOT NULL REFERENCES workspace_user (id),
    expires_at    TIMESTAMP WITH TIME ZONE,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT uq_token_secret_hash UNIQUE (secret_hash)
);
CREATE INDEX ix_token_workspace ON token (workspace_id, id);

CREATE TABLE thread (
    id            UUID PRIMARY KEY,
    workspace_id  UUID NOT NULL,
    endpoint_id   UUID NOT NULL,
    subject       VARCHAR(1000) NOT NULL,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_thread_endpoint ON thread (endpoint_id, id);

-- One mail in one mailbox, in or out. Raw bytes are kept outside, by digest.
CREATE TABLE message (
    id              UUID PRIMARY KEY,
    workspace_id    UUID NOT NULL,
    endpoint_id     UUID NOT NULL,
    thread_id       UUID NOT NULL,
    inbound         BOOLEAN NOT NULL,
    -- handling_state of an inbound, status of an outbound message
    state           VARCHAR(20) NOT NULL,
    state_reason    VARCHAR(500) NOT NULL,
    state_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    -- as written by the originator, and canonical for looking up; empty where there is none
    from_name       VARCHAR(500),
    from_address    VARCHAR(500) NOT NULL,
    from_canonical  VARCHAR(500) NOT NULL,
    addressees      ${json} NOT NULL,
    subject         VARCHAR(1000) NOT NULL,
    internet_id     VARCHAR(998),
    -- digest of the same: a stranger's id can be too long for an index of PostgreSQL
    internet_key    UUID,
    raw_digest      VARCHAR(64) NOT NULL,
    raw_size        BIGINT NOT NULL,
    occurred_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    -- inbound only
    spool_id        UUID,
    recipient       VARCHAR(400),
    reverse_path    VARCHAR(400),
    classification  VARCHAR(20),
    agent_id        UUID,
    -- outbound only
    in_reply_to_id  UUID,
    author_kind     VARCHAR(10),
    author_id       UUID,
    author_label    VARCHAR(320),
    automatic       BOOLEAN NOT NULL,
    draft_text      TEXT,
    draft_html      TEXT,
    rejection_reason VARCHAR(2000),
    rejected_by     VARCHAR(320),
    rejected_at     TIMESTAMP WITH TIME ZONE,
    CONSTRAINT uq_message_spool UNIQUE (spool_id, endpoint_id)
);
-- Lists, newest first: of a workspace, of an endpoint, of a state, of a sender.
CREATE INDEX ix_message_workspace ON message (workspace_id, occurred_at, id);
CREATE INDEX ix_message_endpoint ON message (endpoint_id, occurred_at, id);
CREATE INDEX ix_message_state ON message (workspace_id, inbound, state, occurred_at, id);
CREATE INDEX ix_message_sender ON message (workspace_id, from_canonical, occurred_at, id);
CREATE INDEX ix_message_thread ON message (thread_id, occurred_at, id);

-- How far an outbound message came with each recipient.
CREATE TABLE message_recipient (
    message_id  UUID NOT NULL,
    position    INT  NOT NULL,
    address     VARCHAR(400) NOT NULL,
    canonical   VARCHAR(400) NOT NULL,
    progress    VARCHAR(10)  NOT NULL,
    smtp_reply  VARCHAR(1000),
    at          TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_message_recipient PRIMARY KEY (message_id, position),
    CONSTRAINT uq_message_recipient UNIQUE (message_id, canonical),
    CONSTRAINT ck_message_recipient CHECK (progress IN ('pending', 'delivered', 'bounced', 'failed'))
);

CREATE TABLE folder (
    id              UUID PRIMARY KEY,
    endpoint_id     UUID NOT NULL REFERENCES endpoint (id),
    name            VARCHAR(200) NOT NULL,
    uid_validity    BIGINT NOT NULL,
    uid_next        BIGINT NOT NULL,
    highest_mod_seq BIGINT NOT NULL,
    CONSTRAINT uq_folder_name UNIQUE (endpoint_id, name)
);

CREATE TABLE folder_entry (
    folder_id   UUID   NOT NULL,
    uid         BIGINT NOT NULL,
    message_id  UUID   NOT NULL,
    mod_seq     BIGINT NOT NULL,
    seen        BOOLEAN NOT NULL,
    answered    BOOLEAN NOT NULL,
    flagged     BOOLEAN NOT NULL,
    deleted     BOOLEAN NOT NULL,
    draft       BOOLEAN NOT NULL,
    keywords    VARCHAR(1000) NOT NULL,
    CONSTRAINT pk_folder_entry PRIMARY KEY (folder_id, uid)
);
CREATE INDEX ix_folder_entry_message ON folder_entry (message_id, folder_id);
CREATE INDEX ix_folder_entry_mod_seq ON folder_entry (folder_id, mod_seq);

-- What each step of the pipeline did to a mail; for inbound mail also the receipt that it is done with.
CREATE TABLE mail_trace (
    mail_id  UUID NOT NULL,
    steps    ${json} NOT NULL,
    CONSTRAINT pk_mail_trace PRIMARY KEY (mail_id)
);

CREATE TABLE queue_job (
    id             UUID PRIMARY KEY,
    workspace_id   UUID NOT NULL,
    message_id     UUID NOT NULL,
    destination    VARCHAR(255) NOT NULL,
    reverse_path   VARCHAR(400) NOT NULL,
    recipients     ${json} NOT NULL,
    raw_digest     VARCHAR(64)  NOT NULL,
    raw_size       BIGINT NOT NULL,
    attempts       INT NOT NULL,
    queued_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    -- when it may be claimed: its next attempt, or the end of its lease
    due_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_by      VARCHAR(64),
    -- was due while its destination had no free connection: out of the way of the others, first when there is one
    passed_over    BOOLEAN NOT NULL
);
CREATE INDEX ix_queue_job_due ON queue_job (passed_over, due_at, id);
CREATE INDEX ix_queue_job_destination ON queue_job (passed_over, destination, due_at, id);
CREATE INDEX ix_queue_job_message ON queue_job (message_id);

CREATE TABLE queue_attempt (
    job_id      UUID NOT NULL,
    number      INT  NOT NULL,
    message_id  UUID NOT NULL,
    started_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    remote      VARCHAR(400),
    tls         VARCHAR(200),
    results     ${json} NOT NULL,
    CONSTRAINT pk_queue_attempt PRIMARY KEY (job_id, number)
);
CREATE INDEX ix_queue_attempt_message ON queue_attempt (message_id, started_at);

-- Positions follow the order of commits: the row of event_head is locked from the append to the commit.
CREATE TABLE event_head (
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    position      BIGINT NOT NULL,
    CONSTRAINT pk_event_head PRIMARY KEY (workspace_id)
);

CREATE TABLE event (
    workspace_id  UUID   NOT NULL,
    position      BIGINT NOT NULL,
    id            UUID   NOT NULL,
    endpoint_id   UUID,
    type          VARCHAR(60) NOT NULL,
    payload       ${json} NOT NULL,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (workspace_id, position)
);
CREATE INDEX ix_event_endpoint ON event (endpoint_id, position);

-- First answers to requests with an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency_key (
    token_id      UUID NOT NULL REFERENCES token (id),
    key_text      VARCHAR(255) NOT NULL,
    request_hash  VARCHAR(64)  NOT NULL,
    -- the id of what the request creates, so that a request repeated after a crash creates it once
    reserved_id   UUID NOT NULL,
    -- null while the first request is under way
    status        INT,
    answer        TEXT,
    created_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (token_id, key_text)
);
CREATE INDEX ix_idempotency_key_created ON idempotency_key (created_at);

-- Written by the server after all migrations have run: with the same digest, the next start need not look at them.
CREATE TABLE migrations_done (
    only_row  INT PRIMARY KEY,
    digest    VARCHAR(64) NOT NULL
);
