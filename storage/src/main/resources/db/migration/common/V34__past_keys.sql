-- Private halves of signing keys that sign no more: the version before V33 kept them until their keys were forgotten. From here on the
-- database takes none.
UPDATE signing_key_set SET rsa_sealed = '', ed25519_sealed = '' WHERE state IN ('retired', 'discarded');
ALTER TABLE signing_key_set ADD CONSTRAINT ck_signing_key_set_destroyed
    CHECK (state IN ('waiting', 'active') OR (rsa_sealed = '' AND ed25519_sealed = ''));
