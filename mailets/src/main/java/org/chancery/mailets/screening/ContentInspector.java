package org.chancery.mailets.screening;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.attachment.AttachmentInspector;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.phishing.OwnNames;
import org.chancery.core.phishing.PhishingSigns;
import org.chancery.core.screening.Antivirus;
import org.chancery.core.screening.Antivirus.WhenAway;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.Signal;
import org.chancery.core.spool.SpooledMail;

/** Looks at all that a mail says and carries: attachments, signs of phishing, and what the virus scanner says of the whole. */
public final class ContentInspector {
    /** The signal of a virus that the scanner knows. */
    static final String VIRUS = "virus";
    /** The signal of a mail that the scanner should have seen and has not. */
    static final String NOT_SCANNED = "not_scanned";

    private static final double DANGER = 15;

    /** Mails from this size on are held in memory in good part while they are looked into. */
    private static final long LARGE = 2 << 20;
    /** So many of them at once; each may take some 60 MiB for a moment. */
    private static final int LARGE_AT_ONCE = 2;
    /** A mail that waits for longer goes back into the spool for a moment, before its step is taken for one that hangs. */
    private static final Duration TURN = Duration.ofSeconds(20);

    private final Function<List<EmailAddress>, OwnNames> ours;
    private final VirusScan scan;
    private final Semaphore large = new Semaphore(LARGE_AT_ONCE, true);

    /** @param ours what those recipients call their own */
    public ContentInspector(Function<List<EmailAddress>, OwnNames> ours, VirusScan scan) {
        this.ours = ours;
        this.scan = scan;
    }

    /**
     * @throws Unavailable where the scanner is away and mail has to wait for it
     */
    ContentFindings inspect(SpooledMail mail, MessageHeader header) {
        AttachmentFindings attachments = attachments(mail);
        List<Signal> phishing = phishing(mail, header);
        List<Signal> dangers = new ArrayList<>(attachments.dangers());
        dangers.addAll(viruses(mail, !dangers.isEmpty()));
        return new ContentFindings(dangers, phishing, attachments.suspicions());
    }

    private AttachmentFindings attachments(SpooledMail mail) {
        boolean isLarge = mail.size() >= LARGE;
        if (isLarge) {
            takeTurn();
        }
        try (InputStream raw = mail.open()) {
            return AttachmentInspector.inspect(raw);
        } catch (IOException e) {
            throw new UncheckedIOException("looking into " + mail.id(), e);
        } finally {
            if (isLarge) {
                large.release();
            }
        }
    }

    private void takeTurn() {
        try {
            if (!large.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Unavailable("other large mails are looked into", null);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unavailable("the content was not looked into, for this server stops", stopped);
        }
    }

    private List<Signal> phishing(SpooledMail mail, MessageHeader header) {
        try (InputStream raw = mail.open()) {
            MessageContent content = MessageReader.content(raw);
            return PhishingSigns.of(header, content, ours.apply(mail.envelope().recipients()));
        } catch (IOException e) {
            throw new UncheckedIOException("looking into " + mail.id(), e);
        }
    }

    /** @param isHeldAnyway whether the mail goes to the quarantine whatever the scanner says, so that it need not wait for it */
    private List<Signal> viruses(SpooledMail mail, boolean isHeldAnyway) {
        if (scan.scanner().isEmpty()) {
            return List.of();
        }
        try {
            return switch (scan.scanner().get().scan(mail::open)) {
                case Antivirus.Verdict.Clean ignored -> List.of();
                case Antivirus.Verdict.Infected infected -> List.of(new Signal(VIRUS, DANGER, infected.virus()));
                case Antivirus.Verdict.Refused refused -> List.of(new Signal(NOT_SCANNED, DANGER, refused.why()));
            };
        } catch (Unavailable away) {
            if (scan.whenAway() == WhenAway.DEFER && !isHeldAnyway) {
                throw away;
            }
            return List.of(new Signal(NOT_SCANNED, DANGER, "the virus scanner was away"));
        }
    }
}
