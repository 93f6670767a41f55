-- Who complained of which mail, so that it is told of once. The address is empty where it is not known who did.
CREATE TABLE complaint (
    message_id   UUID NOT NULL,
    canonical    VARCHAR(400) NOT NULL,
    -- whether the complaint suppressed: one that did not, for want of proof, keeps no other one from it
    suppressed   BOOLEAN NOT NULL,
    recorded_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_complaint PRIMARY KEY (message_id, canonical, suppressed)
);
-- Which of them are to be forgotten.
CREATE INDEX ix_complaint_at ON complaint (recorded_at);
