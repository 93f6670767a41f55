-- What is known of who sent an inbound mail (SPF, DKIM, DMARC, ARC). Null for outbound mail, and for what came in before.
ALTER TABLE message ADD COLUMN authentication ${json};
