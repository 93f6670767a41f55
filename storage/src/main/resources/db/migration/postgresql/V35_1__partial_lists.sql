-- Made anew with the columns of ../h2: for an ORDER BY that names a column, an index has to have it.
DROP INDEX IF EXISTS ix_token_session;
DROP INDEX IF EXISTS ix_event_delivery_waiting;
