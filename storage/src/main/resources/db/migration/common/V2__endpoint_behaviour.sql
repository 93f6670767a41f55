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
