package org.chancery.storage.spool;

import java.io.IOException;
import java.util.Locale;
import org.chancery.core.spool.Admission;

/** What a failure of the disk means for mail that wants in. */
final class Trouble {
    private Trouble() {}

    static Admission.Refused of(String attempted, IOException cause) {
        return new Admission.Refused(
                isDiskFull(cause) ? Admission.Reason.DISK : Admission.Reason.BROKEN,
                attempted + ": " + cause.getMessage());
    }

    // ENOSPC and EDQUOT have no exception of their own in Java, only the system's text.
    private static boolean isDiskFull(IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
