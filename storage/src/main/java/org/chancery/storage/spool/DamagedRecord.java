package org.chancery.storage.spool;

/** A record of the log, or the file it refers to, is not what was written. */
final class DamagedRecord extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedRecord(String what) {
        super(what);
    }
}
