-- Who wants it to wait: a rule of the token, a step of the operator's pipeline, or whoever asked for it.
ALTER TABLE approval ADD COLUMN holder VARCHAR(16) DEFAULT 'token' NOT NULL;
UPDATE approval SET holder = 'operator' WHERE by_operator;
ALTER TABLE approval DROP COLUMN by_operator;
