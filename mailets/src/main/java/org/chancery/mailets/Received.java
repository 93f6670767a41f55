package org.chancery.mailets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.core.quarantine.QuarantineService.Confined;
import org.chancery.core.quarantine.ReleasedMail;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.spool.SpooledMail;
import org.jspecify.annotations.Nullable;

/**
 * An inbound mail as it was received, whatever mailets make of James's message, and what has become of it so far. All copies
 * that the container makes of the mail share it. Used by one thread.
 */
public final class Received {
    private final SpooledMail spooled;
    private final RawDigest raw;
    private final Map<EmailAddress, Settled> outcomes = new LinkedHashMap<>();
    private final ScreeningRecord screening;
    private @Nullable MessageHeader header;
    private final Found found;
    private final Map<EmailAddress, Handling> handlings = new HashMap<>();
    private @Nullable MessageContent content;

    /** @param raw what the mail's bytes are found by in the raw-mail store, where they are already */
    public Received(SpooledMail spooled, RawDigest raw) {
        this(spooled, raw, new Found());
    }

    /** @param found what earlier tries found out */
    public Received(SpooledMail spooled, RawDigest raw, Found found) {
        this.spooled = spooled;
        this.raw = raw;
        this.found = found;
        this.screening = new ScreeningRecord(spooled instanceof ReleasedMail);
        if (spooled instanceof ReleasedMail released) {
            found.authentication(released.authentication());
        }
    }

    public SpooledMail spooled() {
        return spooled;
    }

    /** The mail as a server beside ours is shown it. */
    public ScannedMail scanned() {
        return new ScannedMail(spooled.id(), spooled.attempt(), spooled.arrival(), spooled.size(), spooled::open);
    }

    /** What it was screened for so far. */
    public ScreeningRecord screening() {
        return screening;
    }

    /** What the mail's bytes are found by. */
    public RawDigest raw() {
        return raw;
    }

    /** The header section, read when it is first asked for. */
    public MessageHeader header() {
        if (header == null) {
            try (InputStream in = spooled.open()) {
                header = MessageReader.header(in);
            } catch (IOException e) {
                throw new UncheckedIOException("reading the header of " + spooled.id(), e);
            }
        }
        return header;
    }

    /** The body, read when it is first asked for. */
    public MessageContent content() {
        if (content == null) {
            try (InputStream in = spooled.open()) {
                content = MessageReader.content(in);
            } catch (IOException e) {
                throw new UncheckedIOException("reading the body of " + spooled.id(), e);
            }
        }
        return content;
    }

    /**
     * Who handles it for that recipient, looked up when it is first asked for.
     *
     * @param resolver {@code HandlerResolver::resolve}
     */
    public Handling handling(EmailAddress recipient, Function<EmailAddress, Handling> resolver) {
        return handlings.computeIfAbsent(recipient, resolver);
    }

    /** What steps found out so far. */
    public Found found() {
        return found;
    }

    /** What is known of who sent it; {@code NONE} before that was looked at. */
    public AuthenticationResults authentication() {
        return found.authentication().orElse(AuthenticationResults.NONE);
    }

    /** The mail for one recipient, as the mailbox takes it. */
    public Arrived arrived(EmailAddress recipient, Classification classification) {
        return arrived(recipient, classification, header());
    }

    /** The same where the header may be what cannot be read: then without it. */
    public Arrived arrivedBroken(EmailAddress recipient, Classification classification) {
        MessageHeader readable;
        try {
            readable = header();
        } catch (Unavailable away) {
            throw away;
        } catch (RuntimeException | StackOverflowError unreadable) {
            readable = MessageHeader.NONE;
        }
        return arrived(recipient, classification, readable);
    }

    private Arrived arrived(EmailAddress recipient, Classification classification, MessageHeader read) {
        return new Arrived(
                spooled.id(),
                spooled.arrival().at(),
                spooled.envelope().reversePath(),
                recipient,
                read,
                classification,
                authentication(),
                raw,
                spooled.size());
    }

    /** The mail is in a mailbox for that recipient. */
    public void settle(EmailAddress recipient, Delivered outcome) {
        outcomes.put(recipient, Settled.in(outcome));
    }

    /** The mail is in quarantine for that recipient. */
    public void settle(EmailAddress recipient, Confined outcome) {
        outcomes.put(recipient, Settled.in(outcome));
    }

    /** An earlier try has settled the mail for that recipient. */
    public void settle(EmailAddress recipient, SettledBefore before) {
        outcomes.put(recipient, Settled.in(before));
    }

    public boolean isSettled(EmailAddress recipient) {
        return outcomes.containsKey(recipient);
    }

    /** What became of the mail, by recipient. */
    public Map<EmailAddress, Settled> outcomes() {
        return Collections.unmodifiableMap(outcomes);
    }
}
