-- Which try is at a request with an Idempotency-Key: one that took longer than its lease neither answers nor frees the key of the one that
-- took it up.
ALTER TABLE idempotency_key ADD COLUMN lease_id UUID;
