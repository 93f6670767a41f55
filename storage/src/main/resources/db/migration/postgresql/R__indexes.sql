-- Indexes of columns that are mostly null or false: partial here, whole in ../h2, where they have the same names and the same columns:
-- for an ORDER BY that names a column (storage.tx.IndexOrder), an index has to have it.

-- Threading, and what answers what.
DROP INDEX IF EXISTS ix_message_internet_key;
CREATE INDEX IF NOT EXISTS ix_message_internet_id ON message (endpoint_id, internet_key, inbound, occurred_at)
    WHERE internet_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_message_in_reply_to ON message (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
-- On what an agent has the turn.
CREATE INDEX IF NOT EXISTS ix_message_turn ON message (agent_id, assigned, state, occurred_at, id)
    WHERE assigned OR state = 'routed';

CREATE INDEX IF NOT EXISTS ix_endpoint_listed ON endpoint (workspace_id, removed_at, id) WHERE removed_at IS NULL;
CREATE INDEX IF NOT EXISTS ix_endpoint_system ON endpoint (workspace_id, is_system, id) WHERE is_system;
CREATE INDEX IF NOT EXISTS ix_endpoint_closing ON endpoint (is_closing, removed_at) WHERE is_closing;
CREATE INDEX IF NOT EXISTS ix_agent_listed ON agent (workspace_id, deleted_at, id) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS ix_queue_job_owner ON queue_job (leased_by) WHERE leased_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_idempotency_key_owner ON idempotency_key (leased_by) WHERE leased_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_token_session ON token (is_session, expires_at) WHERE is_session;
CREATE INDEX IF NOT EXISTS ix_token_listed ON token (workspace_id, is_session, revoked_at, id)
    WHERE NOT is_session AND revoked_at IS NULL;
-- A person's own, and their sessions.
CREATE INDEX IF NOT EXISTS ix_token_person ON token (maker_id, is_session, endpoint_id, agent_id, revoked_at, id)
    WHERE endpoint_id IS NULL AND agent_id IS NULL AND revoked_at IS NULL;

-- Deliveries that wait, by lane; and those that are at their end, by age.
CREATE INDEX IF NOT EXISTS ix_event_delivery_waiting ON event_delivery (lane_id, ended_at, event_position)
    WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS ix_event_delivery_ended ON event_delivery (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_event_lane_owner ON event_lane (leased_by) WHERE leased_by IS NOT NULL;

-- Releases that are due or leased.
CREATE INDEX IF NOT EXISTS ix_quarantined_message_due ON quarantined_message (release_due_at, id)
    WHERE release_due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_quarantined_message_owner ON quarantined_message (leased_by) WHERE leased_by IS NOT NULL;
