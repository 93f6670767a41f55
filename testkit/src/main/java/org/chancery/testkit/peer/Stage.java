package org.chancery.testkit.peer;

/** The points of an SMTP session at which a script can step in. */
public enum Stage {
    /** The client has connected; the peer's greeting is due. */
    GREETING,
    EHLO,
    HELO,
    STARTTLS,
    /** STARTTLS was answered with 220, the handshake is due. */
    TLS_HANDSHAKE,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    /** The first line of the mail has come in. */
    IN_DATA,
    /** The final dot has come in; the reply decides. */
    END_OF_DATA,
    RSET,
    QUIT
}
