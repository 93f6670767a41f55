package org.chancery.smtpingest.wire;

/** What came instead of, or as, the next line. */
public sealed interface Line {

    /** A line, without its CRLF. */
    record Text(String text) implements Line {}

    /** More octets than a line may have. The connection is of no use afterwards. */
    record TooLong() implements Line {}

    /** A CR or LF on its own (RFC 5321 §2.3.8). The connection is of no use afterwards. */
    record BareLineEnd() implements Line {}

    /** A line that is not UTF-8 (RFC 6531 §3.3); the next one may be read. */
    record NotUtf8() implements Line {}

    /** The client is gone, or was sent away. */
    record End() implements Line {}
}
