-- Agents that are told of their turns, the model's view of a mail, and the server's own readers of the event log.

ALTER TABLE agent ADD COLUMN webhook_url VARCHAR(2000);
-- sealed with the server's secret key: it is needed in clear to sign
ALTER TABLE agent ADD COLUMN webhook_secret VARCHAR(500);
ALTER TABLE agent ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE;
-- what a deleted agent did keeps its name; nothing finds it any more
ALTER TABLE agent ADD COLUMN deleted_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE message ADD COLUMN llm_category VARCHAR(100);
ALTER TABLE message ADD COLUMN llm_summary VARCHAR(1000);

-- What a model was asked and answered on a day (UTC).
CREATE TABLE model_usage (
    workspace_id   UUID NOT NULL,
    usage_day      DATE NOT NULL,
    calls          BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    input_tokens   BIGINT NOT NULL,
    output_tokens  BIGINT NOT NULL,
    CONSTRAINT pk_model_usage PRIMARY KEY (workspace_id, usage_day)
);

CREATE TABLE event_cursor (
    workspace_id  UUID NOT NULL,
    reader        VARCHAR(40) NOT NULL,
    position      BIGINT NOT NULL,
    CONSTRAINT pk_event_cursor PRIMARY KEY (workspace_id, reader)
);

-- Deliveries of one subscriber that come one after the other; claimed as a whole.
CREATE TABLE event_lane (
    id               UUID PRIMARY KEY,
    workspace_id     UUID NOT NULL,
    subscriber_kind  VARCHAR(10) NOT NULL,
    subscriber_id    UUID NOT NULL,
    -- what sets the subscriber's lanes apart: an endpoint, a thread
    lane_key         UUID NOT NULL,
    destination      VARCHAR(300) NOT NULL,
    -- when it may be claimed: its next attempt, or the end of its lease; null while nothing waits in it
    due_at           TIMESTAMP WITH TIME ZONE,
    leased_by        VARCHAR(64),
    CONSTRAINT uq_event_lane UNIQUE (subscriber_id, subscriber_kind, lane_key)
);
CREATE INDEX ix_event_lane_due ON event_lane (due_at, id);

-- One event on its way to one subscriber.
CREATE TABLE event_delivery (
    id               UUID PRIMARY KEY,
    workspace_id     UUID NOT NULL,
    lane_id          UUID NOT NULL,
    subscriber_kind  VARCHAR(10) NOT NULL,
    subscriber_id    UUID NOT NULL,
    event_id         UUID NOT NULL,
    event_position   BIGINT NOT NULL,
    event_type       VARCHAR(60) NOT NULL,
    status           VARCHAR(10) NOT NULL,
    attempts         INT NOT NULL,
    created_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    -- null while it waits
    ended_at         TIMESTAMP WITH TIME ZONE,
    CONSTRAINT uq_event_delivery UNIQUE (subscriber_id, event_id, subscriber_kind),
    CONSTRAINT ck_event_delivery_status CHECK (status IN ('pending', 'retrying', 'delivered', 'failed'))
);
CREATE INDEX ix_event_delivery_subscriber ON event_delivery (subscriber_id, id);

CREATE TABLE event_delivery_attempt (
    delivery_id  UUID NOT NULL,
    number       INT NOT NULL,
    started_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome      VARCHAR(10) NOT NULL,
    status_code  INT,
    note         VARCHAR(1000) NOT NULL,
    CONSTRAINT pk_event_delivery_attempt PRIMARY KEY (delivery_id, number)
);
