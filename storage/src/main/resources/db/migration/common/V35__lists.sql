-- Indexes whose order is that of a list with all columns that the list holds equal, so that it is read no further than its page
-- (storage.tx.IndexOrder). What is over, removed or revoked, stands apart from what is listed.

CREATE INDEX ix_token_endpoint_listed ON token (endpoint_id, revoked_at, id);
CREATE INDEX ix_token_agent_listed ON token (agent_id, revoked_at, id);
CREATE INDEX ix_endpoint_agent_listed ON endpoint (agent_id, id);
CREATE INDEX ix_workspace_user_listed ON workspace_user (workspace_id, id);

-- Who had an address last.
DROP INDEX ix_endpoint_address;
CREATE INDEX ix_endpoint_address ON endpoint (address, removed_at);

-- Made anew in ../h2 and ../postgresql.
DROP INDEX IF EXISTS ix_endpoint_system;
DROP INDEX IF EXISTS ix_endpoint_closing;
