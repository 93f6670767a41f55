package org.chancery.core.attachment;

/** Finds the files that are put into a OneNote section ([MS-ONESTORE] §2.6.13); one that runs does so at a double click. */
final class OneNote {
    private static final String FILE_DATA =
            "\u00e7\u0016\u00e3\u00bd\u0065\u0026\u0011\u0045\u00a4\u00c4\u008d\u004d\u000b\u007a\u009e\u00ac";
    private static final int HEADER = 36;

    private OneNote() {}

    static void inspect(Inspection inspection, Item item) {
        Octets o = item.octets();
        int at = o.indexOf(FILE_DATA, 0);
        for (int number = 1; at >= 0 && inspection.budget().entry(); number++) {
            long length = o.u64(at + 16L);
            Octets content = o.slice(at + (long) HEADER, length);
            inspection.look(item.inner("file " + number, content, content.length() == length));
            at = o.indexOf(FILE_DATA, at + 16L);
        }
    }
}
