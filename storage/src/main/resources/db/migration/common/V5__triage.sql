-- How many messages there are, changed in the transaction that changes the messages (ADR 20): totals take the same time
-- however many there are. At an endpoint, and of a sender at an endpoint.
CREATE TABLE message_tally (
    workspace_id  UUID        NOT NULL,
    endpoint_id   UUID        NOT NULL,
    inbound       BOOLEAN     NOT NULL,
    state         VARCHAR(20) NOT NULL,
    messages      BIGINT      NOT NULL,
    CONSTRAINT pk_message_tally PRIMARY KEY (workspace_id, endpoint_id, inbound, state)
);
CREATE TABLE sender_tally (
    workspace_id  UUID         NOT NULL,
    sender        VARCHAR(500) NOT NULL,
    endpoint_id   UUID         NOT NULL,
    inbound       BOOLEAN      NOT NULL,
    state         VARCHAR(20)  NOT NULL,
    messages      BIGINT       NOT NULL,
    CONSTRAINT pk_sender_tally PRIMARY KEY (workspace_id, sender, endpoint_id, inbound, state)
);

INSERT INTO message_tally (workspace_id, endpoint_id, inbound, state, messages)
SELECT workspace_id, endpoint_id, inbound, state, COUNT(*)
FROM message
GROUP BY workspace_id, endpoint_id, inbound, state;

INSERT INTO sender_tally (workspace_id, sender, endpoint_id, inbound, state, messages)
SELECT workspace_id, from_canonical, endpoint_id, inbound, state, COUNT(*)
FROM message
GROUP BY workspace_id, from_canonical, endpoint_id, inbound, state;

-- Whether a person gave the mail to its agent, and nothing has become of it since.
ALTER TABLE message ADD COLUMN assigned BOOLEAN DEFAULT FALSE NOT NULL;

-- The note of an agent that escalates has room in it.
ALTER TABLE message ALTER COLUMN state_reason SET DATA TYPE VARCHAR(3000);

-- With the workspace in front, which makes it the one that H2 takes for the list of an endpoint: it is no better for H2 than that of
-- internet ids otherwise, and all mail of the endpoint is sorted for a page.
DROP INDEX ix_message_endpoint;
CREATE INDEX ix_message_endpoint ON message (workspace_id, endpoint_id, occurred_at, id);

-- Lists of one state, newest first: of an endpoint, of a sender.
CREATE INDEX ix_message_endpoint_state ON message (endpoint_id, inbound, state, occurred_at, id);
CREATE INDEX ix_message_sender_state ON message (workspace_id, from_canonical, inbound, state, occurred_at, id);
