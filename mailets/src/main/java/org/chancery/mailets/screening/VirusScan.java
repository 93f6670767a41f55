package org.chancery.mailets.screening;

import java.time.Clock;
import java.util.Optional;
import org.chancery.core.screening.Antivirus;
import org.chancery.core.screening.ScanDesk;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.screening.WhenAway;

/**
 * Which scanner mail is shown to, and what becomes of mail while it is away.
 *
 * @param scanner empty where the operator has none
 */
public record VirusScan(Optional<Scanner> scanner, WhenAway whenAway) {
    public static final VirusScan NONE = new VirusScan(Optional.empty(), WhenAway.DEFER);

    /** {@code ScanDesk::ask}, with a scanner behind it. */
    @FunctionalInterface
    public interface Scanner {
        Antivirus.Verdict scan(ScannedMail mail);
    }

    /** By that scanner, beside the pipeline. */
    public static VirusScan by(Antivirus antivirus, WhenAway whenAway, ScanDesk.Lanes lanes, Clock clock) {
        ScanDesk<Antivirus.Verdict> desk = new ScanDesk<>(antivirus, lanes, clock);
        return new VirusScan(Optional.of(mail -> desk.ask(mail, () -> antivirus.scan(mail.raw()))), whenAway);
    }
}
