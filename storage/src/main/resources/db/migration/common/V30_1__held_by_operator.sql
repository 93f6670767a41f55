-- Whether a step of the operator's pipeline holds it, and no rule of a token.
ALTER TABLE approval ADD COLUMN by_operator BOOLEAN DEFAULT FALSE NOT NULL;
