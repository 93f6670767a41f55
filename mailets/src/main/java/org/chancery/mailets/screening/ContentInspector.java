package org.chancery.mailets.screening;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.attachment.AttachmentInspector;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.phishing.OwnNames;
import org.chancery.core.phishing.PhishingSigns;
import org.chancery.core.screening.Antivirus;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.ScanDesk;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.WhenAway;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.Received;
import org.chancery.mailets.authentication.dns.OrganizationalDomain;
import org.jspecify.annotations.Nullable;

/** Looks at all that a mail says and carries: attachments, signs of phishing, and what the virus scanner says of the whole. */
public final class ContentInspector {
    /** The signal of a virus that the scanner knows. */
    static final String VIRUS = "virus";
    /** The signal of a mail that the scanner should have seen and has not. */
    static final String NOT_SCANNED = "not_scanned";

    private static final double DANGER = 15;

    private final Function<Collection<EmailAddress>, Map<EmailAddress, OwnNames>> ours;
    private final VirusScan scan;
    private final HeavyMails heavy;

    /** @param ours {@code OwnNamesDirectory::of} */
    public ContentInspector(
            Function<Collection<EmailAddress>, Map<EmailAddress, OwnNames>> ours, VirusScan scan, HeavyMails heavy) {
        this.ours = ours;
        this.scan = scan;
        this.heavy = heavy;
    }

    /**
     * What is found for each of these recipients: the same but for what rests on the names in their workspaces.
     *
     * @throws Unavailable where the scanner is away and mail has to wait for it
     * @throws FailedOnMail where the mail is to be shown to it again
     * @throws org.chancery.core.fault.Later while the scanner is at it, or a heavy mail is looked into
     */
    Map<EmailAddress, ContentFindings> inspect(Received received, List<EmailAddress> recipients) {
        AttachmentFindings attachments = attachments(received);
        Scanned scanned = scanned(received.scanned());
        RuntimeException waitsFor = scanned.waitsFor();
        // What goes to the quarantine anyway need not wait.
        if (waitsFor != null && attachments.dangers().isEmpty()) {
            throw waitsFor;
        }
        List<Signal> dangers = new ArrayList<>(attachments.dangers());
        dangers.addAll(scanned.signals());
        Map<EmailAddress, ContentFindings> findings = new LinkedHashMap<>();
        phishing(received, recipients)
                .forEach((recipient, signs) ->
                        findings.put(recipient, new ContentFindings(dangers, signs, attachments.suspicions())));
        return findings;
    }

    /**
     * What the scanner said.
     *
     * @param waitsFor what became of it, where it said nothing and the mail is to wait
     */
    private record Scanned(List<Signal> signals, @Nullable RuntimeException waitsFor) {
        static Scanned not(String why, @Nullable RuntimeException waitsFor) {
            return new Scanned(List.of(new Signal(NOT_SCANNED, DANGER, why)), waitsFor);
        }
    }

    private Scanned scanned(ScannedMail mail) {
        boolean isHeldAtOnce = scan.whenAway() == WhenAway.HOLD;
        try {
            return scan.scanner()
                    .map(scanner -> said(scanner.scan(mail)))
                    .orElseGet(() -> new Scanned(List.of(), null));
        } catch (FailedOnMail failed) {
            boolean isHeld = isHeldAtOnce || ScanDesk.isLast(mail.attempt());
            return Scanned.not(
                    "the virus scanner copes with other mails and not with this one: " + failed.what(),
                    isHeld ? null : failed);
        } catch (Unavailable away) {
            return Scanned.not("the virus scanner was away", isHeldAtOnce ? null : away);
        }
    }

    private static Scanned said(Antivirus.Verdict verdict) {
        return switch (verdict) {
            case Antivirus.Verdict.Clean ignored -> new Scanned(List.of(), null);
            case Antivirus.Verdict.Infected infected ->
                new Scanned(List.of(new Signal(VIRUS, DANGER, infected.virus())), null);
            case Antivirus.Verdict.Refused refused -> Scanned.not(refused.why(), null);
        };
    }

    /** Found out once, also where the mail has to wait for the scanner then. */
    private AttachmentFindings attachments(Received received) {
        SpooledMail mail = received.spooled();
        AttachmentFindings found = received.found()
                .attachments()
                .orElseGet(() -> heavy.inspect(received.scanned(), most -> attachments(mail, most)));
        received.found().attachments(found);
        return found;
    }

    private static Optional<AttachmentFindings> attachments(SpooledMail mail, long most) {
        try (InputStream raw = mail.open()) {
            return AttachmentInspector.inspect(raw, most);
        } catch (IOException e) {
            throw new UncheckedIOException("looking into " + mail.id(), e);
        }
    }

    /** By recipient; the mail is read once, and held once against what each workspace calls its own. */
    private Map<EmailAddress, List<Signal>> phishing(Received received, List<EmailAddress> recipients) {
        PhishingSigns signs = PhishingSigns.in(received.header(), received.content(), OrganizationalDomain::of);
        Map<OwnNames, List<Signal>> judged = new IdentityHashMap<>(); // they are large, and one for each workspace
        Map<EmailAddress, List<Signal>> found = new LinkedHashMap<>();
        ours.apply(recipients)
                .forEach((recipient, own) -> found.put(recipient, judged.computeIfAbsent(own, signs::against)));
        return found;
    }
}
