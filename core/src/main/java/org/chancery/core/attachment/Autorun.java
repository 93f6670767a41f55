package org.chancery.core.attachment;

import java.util.Locale;

/** What a disk image holds that starts by itself. */
final class Autorun {
    private static final int MAX_LOOKED_AT = 4 << 20;

    private Autorun() {}

    /** For people: empty where nothing of the kind was seen. */
    static String told(Octets image) {
        String text = image.slice(0, MAX_LOOKED_AT).latin1().replace("\0", "").toLowerCase(Locale.ROOT);
        return text.contains("autorun.inf") ? ", with an autorun file" : "";
    }
}
