package org.chancery.mailets.screening;

import java.util.Optional;
import org.chancery.core.screening.Antivirus;
import org.chancery.core.screening.Antivirus.WhenAway;

/**
 * Which scanner mail is shown to, and what becomes of mail while it is away.
 *
 * @param scanner empty where the operator has none
 */
public record VirusScan(Optional<Antivirus> scanner, WhenAway whenAway) {
    public static final VirusScan NONE = new VirusScan(Optional.empty(), WhenAway.DEFER);
}
