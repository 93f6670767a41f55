-- Recipients may unsubscribe by the link in a mail.
ALTER TABLE suppression DROP CONSTRAINT ck_suppression_cause;
ALTER TABLE suppression ADD CONSTRAINT ck_suppression_cause CHECK (cause IN ('hard_bounce', 'complaint', 'manual', 'unsubscribed'));
