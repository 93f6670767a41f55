package org.chancery.smtpingest;

import java.io.IOException;
import org.chancery.smtpingest.wire.Reply;

/** Where a transaction's replies go; refusals are counted and logged there. */
@FunctionalInterface
interface Answers {
    void answer(Reply reply) throws IOException;
}
