-- People sign in with their address and a password; a session is a token.

-- Hashes say themselves how they were made.
CREATE TABLE user_password (
    user_id  UUID PRIMARY KEY REFERENCES workspace_user (id),
    hash     VARCHAR(300) NOT NULL,
    set_at   TIMESTAMP WITH TIME ZONE NOT NULL
);

-- Who signs in names no workspace.
CREATE INDEX ix_workspace_user_email ON workspace_user (email, id);

-- Sessions are ended with a person's password, and forgotten when they are over.
ALTER TABLE token ADD COLUMN is_session BOOLEAN DEFAULT FALSE NOT NULL;
CREATE INDEX ix_token_maker ON token (maker_id);
