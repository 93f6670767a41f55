-- What of a token's doing waits for people, as the API spells it.
ALTER TABLE token ADD COLUMN requires_approval ${json} DEFAULT ${json} '[]' NOT NULL;

-- A token that was revoked is nobody's any more; its row stays for what was done with it.
ALTER TABLE token ADD COLUMN revoked_at TIMESTAMP WITH TIME ZONE;
-- to the minute
ALTER TABLE token ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE;

-- Programs list the tokens of their own inbox or agent.
CREATE INDEX ix_token_endpoint ON token (endpoint_id, id);
CREATE INDEX ix_token_agent ON token (agent_id, id);
