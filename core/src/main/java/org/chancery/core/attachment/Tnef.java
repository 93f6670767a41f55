package org.chancery.core.attachment;

/** Opens {@code winmail.dat}, in which Outlook sends attachments ([MS-OXTNEF] §2.1.3). */
final class Tnef {
    private static final long TITLE = 0x00018010;
    private static final long DATA = 0x0006800f;
    private static final long BEGINS_ATTACHMENT = 0x00069002;
    private static final long PROPERTIES = 0x00069005;

    private Tnef() {}

    static void inspect(Inspection inspection, Item item) {
        Octets o = item.octets();
        String title = "";
        long at = 6;
        while (at + 9 <= o.length() && inspection.budget().entry()) {
            long attribute = o.u32(at + 1);
            long length = o.u32(at + 5);
            Octets value = o.slice(at + 9, length);
            if (attribute == BEGINS_ATTACHMENT) {
                title = "";
            } else if (attribute == TITLE) {
                title = value.latin1().replace("\0", "");
                inspection.name(item.inner(title, Octets.NONE, false), false);
            } else if (attribute == DATA) {
                inspection.look(item.inner(title, value, value.length() == length));
            } else if (attribute == PROPERTIES) {
                embedded(inspection, item, value);
            }
            at += 9 + length + 2;
        }
    }

    /** Objects and messages stand among the properties; where, their own beginning tells. */
    private static void embedded(Inspection inspection, Item item, Octets properties) {
        int compound = properties.indexOf("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", 0);
        int message = properties.indexOf("x\u009f>\"", 0);
        if (compound >= 0) {
            inspection.look(item.inner("object", properties.from(compound), true));
        }
        if (message >= 0) {
            inspection.look(item.inner("message", properties.from(message), true));
        }
    }
}
