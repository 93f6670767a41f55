-- Which draft a request gave another version: the draft keeps the id of the request that made it first, and a repetition of the later one has
-- to find it. Kept for as long as a request may be repeated.
CREATE TABLE redraft (
    request_id  UUID NOT NULL,
    message_id  UUID NOT NULL,
    created_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_redraft PRIMARY KEY (request_id)
);
CREATE INDEX ix_redraft_created ON redraft (created_at);
