-- What of a token's doing waits for people, as the API spells it.
ALTER TABLE token ADD COLUMN requires_approval ${json} DEFAULT ${json} '[]' NOT NULL;
