package org.chancery.core.attachment;

import java.util.List;
import org.chancery.core.screening.Signal;

/**
 * What was found in the attachments of a mail.
 *
 * @param dangers each enough by itself
 * @param suspicions odd, and no more
 */
public record AttachmentFindings(List<Signal> dangers, List<Signal> suspicions) {
    public AttachmentFindings {
        dangers = List.copyOf(dangers);
        suspicions = List.copyOf(suspicions);
    }
}
