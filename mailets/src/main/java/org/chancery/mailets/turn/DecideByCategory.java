package org.chancery.mailets.turn;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.mailet.Mail;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.fault.Later;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.ThreadReader;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.Signal;
import org.chancery.core.turn.CategoryDesk.Letter;
import org.chancery.core.turn.CategoryDesk.Sorted;
import org.chancery.core.turn.CategoryPolicy;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Has a model sort the mail for endpoints with a category policy, before anybody gets the turn: routed on, given to a person,
 * quarantined or ignored. A line behind it has to send what is Suspect to quarantine. While the model is being asked the mail
 * waits in the spool, and others pass. Stands between ResolveHandler and DeliverToMailbox.
 */
public final class DecideByCategory extends PlainMailet {
    private final Function<Handling, Optional<Endpoint>> endpoints;
    private final Sorting sorting;
    private final Function<RawDigest, InputStream> raw;

    /** {@code CategoryDesk::sort}. */
    @FunctionalInterface
    public interface Sorting {
        Sorted sort(SpoolId spool, Endpoint endpoint, Letter letter, Supplier<String> text);
    }

    /**
     * @param endpoints finds the endpoint of a handling
     * @param raw {@code RawMailStore::open}
     */
    public DecideByCategory(
            Function<Handling, Optional<Endpoint>> endpoints, Sorting sorting, Function<RawDigest, InputStream> raw) {
        this.endpoints = endpoints;
        this.sorting = sorting;
        this.raw = raw;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is sorted"));
        Map<EmailAddress, Handling> handlings = new LinkedHashMap<>(MailAttributes.handlings(mail));
        Later waits = null;
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            Handling handling = handlings.get(recipient);
            if (handling != null) {
                try {
                    handlings.put(recipient, decide(mail, received, recipient, handling));
                } catch (Later later) {
                    // The model is asked for all recipients at once, and awaited for all.
                    waits = later;
                }
            }
        }
        if (waits != null) {
            throw waits;
        }
        MailAttributes.handlings(mail, handlings);
    }

    private Handling decide(Mail mail, Received received, EmailAddress recipient, Handling handling) {
        Endpoint endpoint = endpoints.apply(handling).orElse(null);
        Classification classification = MailAttributes.classification(mail)
                .orElseGet(() -> MailClassifier.classify(
                        received.header(), received.spooled().envelope().reversePath()));
        if (endpoint == null || !CategoryPolicy.applies(endpoint, handling, classification)) {
            return handling;
        }
        Sorted sorted =
                sorting.sort(received.spooled().id(), endpoint, letter(received), () -> newestText(received.raw()));
        if (!received.screening().isReleased()) {
            CategoryPolicy.quarantined(endpoint, sorted)
                    .ifPresent(category -> received.screening().suspect(recipient, suspicion(category)));
        }
        Handling decided = CategoryPolicy.decide(endpoint, handling, sorted);
        Verdicts.say(
                mail, recipient, sorted instanceof Sorted.As as ? as.view().category() : "unsorted", decided.reason());
        return decided;
    }

    private static Suspicion suspicion(String category) {
        Signal signal = new Signal("category", 0, "the endpoint's category policy quarantines " + category);
        return new Suspicion(Reason.SPAM_THRESHOLD, null, List.of(signal));
    }

    private static Letter letter(Received received) {
        String from = received.header().from().stream()
                .findFirst()
                .map(Mailbox::address)
                .orElse("");
        return new Letter(from, received.header().subject());
    }

    private String newestText(RawDigest digest) {
        try (InputStream in = raw.apply(digest)) {
            String text = NewestText.of(MessageReader.content(in).text());
            return text.substring(0, Math.min(text.length(), ThreadReader.MAX_TEXT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
