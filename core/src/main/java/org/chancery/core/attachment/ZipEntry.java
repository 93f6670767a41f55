package org.chancery.core.attachment;

/**
 * An entry as a header of it says (APPNOTE 4.3.7, 4.3.12).
 *
 * @param headerAt where its local header stands
 * @param otherName what the extra field "Unicode Path" calls it (APPNOTE 4.6.9); empty where there is none
 */
record ZipEntry(String name, int flags, int method, long packedSize, long size, long headerAt, String otherName) {
    static final int STORED = 0;
    static final int DEFLATED = 8;
    /** APPNOTE 7.2: the method of what is encrypted by AES. */
    private static final int AES = 99;

    private static final int ENCRYPTED = 1;
    /** APPNOTE 4.4.4: bit 6, strong encryption, and bit 13, hidden headers. */
    private static final int STRONG = 1 << 6 | 1 << 13;

    boolean isEncrypted() {
        return (flags & (ENCRYPTED | STRONG)) != 0 || method == AES;
    }

    boolean isDirectory() {
        return name.endsWith("/") && size == 0;
    }

    boolean isReadable() {
        return method == STORED || method == DEFLATED;
    }
}
