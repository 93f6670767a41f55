-- The list of what is and was in quarantine, newest first, by reason: of a workspace, of an endpoint.
CREATE INDEX ix_quarantined_message_reason ON quarantined_message (workspace_id, state, reason, arrived_at, id);
CREATE INDEX ix_quarantined_message_endpoint_reason ON quarantined_message (endpoint_id, state, reason, arrived_at, id);
