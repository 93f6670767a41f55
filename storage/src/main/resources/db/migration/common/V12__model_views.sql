-- Tokens that went into what is only shown, which has a share of its own; they are counted in the others, too.
ALTER TABLE model_usage ADD COLUMN view_tokens BIGINT DEFAULT 0 NOT NULL;
