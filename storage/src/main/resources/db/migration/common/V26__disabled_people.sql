-- Since when a person gets in nowhere, with no password and no token, and is told of nothing. Null: they are active.
ALTER TABLE workspace_user ADD COLUMN disabled_at TIMESTAMP WITH TIME ZONE;
