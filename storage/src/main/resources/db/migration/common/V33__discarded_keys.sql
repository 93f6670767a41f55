-- Signing keys that waited and were given up: their names stay taken for as long as others may remember them.
ALTER TABLE signing_key_set DROP CONSTRAINT ck_signing_key_set_state;
ALTER TABLE signing_key_set ADD CONSTRAINT ck_signing_key_set_state
    CHECK (state IN ('waiting', 'active', 'retired', 'discarded'));
