package org.chancery.core.queue;

import java.util.Map;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mailbox.RawDigest;

/** A mail that brought a report of what became of another one. */
public record ReportMail(SpoolId id, RawDigest raw, long size) {

    /** The evidence that it is, for the record. */
    public Map<String, Object> evidence() {
        return Map.of("report", id.text(), "report_digest", raw.hex(), "report_size", size);
    }
}
