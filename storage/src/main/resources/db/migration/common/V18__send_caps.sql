-- How many mails may leave from an endpoint in a day (UTC); null: any number.
ALTER TABLE endpoint ADD COLUMN send_cap INT;

-- How many left in a day, from an endpoint and, where it has a cap, from a workspace.
CREATE TABLE send_count (
    -- of the endpoint or workspace
    sender_id  UUID NOT NULL,
    send_day   DATE NOT NULL,
    sends      INT  NOT NULL,
    CONSTRAINT pk_send_count PRIMARY KEY (sender_id, send_day)
);
-- Which days are to be forgotten.
CREATE INDEX ix_send_count_day ON send_count (send_day);
