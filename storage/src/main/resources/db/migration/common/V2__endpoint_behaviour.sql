-- What admins may set of an endpoint's behaviour. What there was before goes on as if each had its default.

ALTER TABLE endpoint ADD COLUMN sender_policy VARCHAR(20) DEFAULT 'anyone' NOT NULL;
ALTER TABLE endpoint ADD CONSTRAINT ck_endpoint_sender_policy
    CHECK (sender_policy IN ('bound_users_only', 'anyone', 'domain_allowlist', 'addr_allowlist'));
ALTER TABLE endpoint ADD COLUMN allow_patterns ${json} DEFAULT ${json} '[]' NOT NULL;
ALTER TABLE endpoint ADD COLUMN spam_score_max DOUBLE PRECISION DEFAULT 5.0 NOT NULL;
ALTER TABLE endpoint ADD COLUMN instructions TEXT DEFAULT '' NOT NULL;
ALTER TABLE endpoint ADD COLUMN allow_escalation BOOLEAN DEFAULT TRUE NOT NULL;
ALTER TABLE endpoint ADD COLUMN default_reply_lang VARCHAR(35);
-- addresses as they were written
ALTER TABLE endpoint ADD COLUMN deliver_to ${json} DEFAULT ${json} '[]' NOT NULL;
-- category -> route, review, quarantine or ignore
ALTER TABLE endpoint ADD COLUMN category_policy ${json} DEFAULT ${json} '{}' NOT NULL;

-- The addresses that reach an endpoint: its own, and the former ones of an outbound mailbox that was renamed. An endpoint
-- that was removed has none, so that its address can be given again; its row stays for the mail that stands at it.
CREATE TABLE endpoint_address (
    address       VARCHAR(320) NOT NULL,
    workspace_id  UUID NOT NULL REFERENCES workspace (id),
    endpoint_id   UUID NOT NULL REFERENCES endpoint (id),
    -- not the endpoint's own any more: whoever wants it gets it
    is_former     BOOLEAN NOT NULL,
    CONSTRAINT pk_endpoint_address PRIMARY KEY (address)
);
CREATE INDEX ix_endpoint_address_endpoint ON endpoint_address (endpoint_id);
INSERT INTO endpoint_address (address, workspace_id, endpoint_id, is_former)
    SELECT address, workspace_id, id, FALSE FROM endpoint;
ALTER TABLE endpoint DROP CONSTRAINT uq_endpoint_address;
CREATE INDEX ix_endpoint_address ON endpoint (address);

ALTER TABLE endpoint ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE endpoint ADD COLUMN removed_by UUID REFERENCES workspace_user (id);
-- removed, and what waited there is not settled yet
ALTER TABLE endpoint ADD COLUMN is_closing BOOLEAN DEFAULT FALSE NOT NULL;
-- beside the counters, because what is counted is refused by the same statement once the endpoint was removed
ALTER TABLE endpoint_counters ADD COLUMN is_closed BOOLEAN DEFAULT FALSE NOT NULL;
