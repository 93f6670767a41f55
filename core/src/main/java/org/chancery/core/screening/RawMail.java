package org.chancery.core.screening;

import java.io.IOException;
import java.io.InputStream;

/** Where a mail's bytes can be read, exactly as received, as often as needed. */
@FunctionalInterface
public interface RawMail {
    /** From the beginning; the caller closes. */
    InputStream open() throws IOException;
}
