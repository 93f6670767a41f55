-- What mail of a domain is signed with (DKIM), a set of two keys at a time. Of a domain and not of a workspace: several may share one.
CREATE TABLE signing_key_set (
    domain             VARCHAR(255) NOT NULL,
    number             INT NOT NULL,
    name               VARCHAR(40) NOT NULL,
    state              VARCHAR(10) NOT NULL,
    created_at         TIMESTAMP WITH TIME ZONE NOT NULL,
    -- when it became what it is
    state_at           TIMESTAMP WITH TIME ZONE NOT NULL,
    -- base64, as the DNS shows it; and the private key, sealed with the server's secret key
    rsa_public         VARCHAR(1000) NOT NULL,
    rsa_sealed         VARCHAR(4000) NOT NULL,
    ed25519_public     VARCHAR(1000) NOT NULL,
    ed25519_sealed     VARCHAR(4000) NOT NULL,
    CONSTRAINT pk_signing_key_set PRIMARY KEY (domain, number),
    CONSTRAINT ck_signing_key_set_state CHECK (state IN ('waiting', 'active', 'retired'))
);
CREATE INDEX ix_signing_key_set_state ON signing_key_set (state, state_at);

-- Which keys signed what was sent: the domain and the selectors.
ALTER TABLE queue_attempt ADD COLUMN signed_with VARCHAR(500);
