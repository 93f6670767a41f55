-- A mail is kept once for each entrance of an endpoint: its own addresses, for which the column is empty, and each return path.
ALTER TABLE message ADD COLUMN return_path VARCHAR(400) DEFAULT '' NOT NULL;
UPDATE message SET return_path = LOWER(recipient) WHERE LOWER(recipient) LIKE 'bounces+%';
ALTER TABLE message DROP CONSTRAINT uq_message_spool;
ALTER TABLE message ADD CONSTRAINT uq_message_spool UNIQUE (spool_id, endpoint_id, return_path);

ALTER TABLE quarantined_message ADD COLUMN return_path VARCHAR(400) DEFAULT '' NOT NULL;
UPDATE quarantined_message SET return_path = LOWER(recipient) WHERE LOWER(recipient) LIKE 'bounces+%';
ALTER TABLE quarantined_message DROP CONSTRAINT uq_quarantined_message_spool;
ALTER TABLE quarantined_message ADD CONSTRAINT uq_quarantined_message_spool UNIQUE (spool_id, endpoint_id, return_path);
