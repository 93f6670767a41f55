package org.chancery.core.attachment;

/** Reads the names in a cabinet file ([MS-CAB] §2.3); what is packed in it is judged by them. */
final class Cabinet {
    private Cabinet() {}

    static void inspect(Inspection inspection, Item item) {
        Octets o = item.octets();
        long at = o.u32(16);
        int files = o.u16(28);
        for (int i = 0; i < files && o.isInside(at) && inspection.budget().entry(); i++) {
            if (inspection.budget().wouldBurst(o.u32(at))) {
                inspection
                        .findings()
                        .add(AttachmentSign.ARCHIVE_BOMB, item.path(), "has a file of " + (o.u32(at) >> 20) + " MiB");
            }
            int end = o.indexOf("\0", at + 16);
            if (end < 0) {
                break;
            }
            String name = o.slice(at + 16, end - at - 16).latin1();
            inspection.notUnpacked(item.inner(name, Octets.NONE, false), "in a cabinet file, judged by its name");
            at = end + 1L;
        }
        inspection
                .findings()
                .add(AttachmentSign.NOT_UNPACKED, item.path(), "a cabinet file, judged by the names in it");
    }
}
