-- Which server is at a request with an Idempotency-Key, so that it takes up at its next start what was cut off. Null where the request
-- is answered, and where nobody is at it any more.
ALTER TABLE idempotency_key ADD COLUMN leased_by VARCHAR(64);
