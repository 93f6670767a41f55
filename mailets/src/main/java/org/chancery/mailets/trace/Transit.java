package org.chancery.mailets.trace;

import jakarta.mail.internet.AddressException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.mailets.MailAddresses;
import org.jspecify.annotations.Nullable;

/**
 * One mail on its way through the processors. It hangs on the {@link Mail} and on all its copies as an attribute, and
 * collects what the steps did. Used by one thread, but for {@link #custody}.
 */
public final class Transit implements AutoCloseable {
    private static final AttributeName NAME = AttributeName.of("chancery.transit");

    private final Custody custody;
    private final Clock clock;
    private final List<Attribute> kept = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private final Set<Mail> mails = Collections.newSetFromMap(new IdentityHashMap<>());

    private Place place = Place.CONTAINER;
    private List<MailAddress> recipients = List.of();
    private int mostRecipients;
    private Instant began = Instant.EPOCH;
    private long mark;
    private long matching;
    private boolean said;
    private @Nullable Failure failure;

    /** Mail to some recipients that a step ended. */
    public record Ended(Place place, List<MailAddress> recipients) {
        public Ended {
            recipients = List.copyOf(recipients);
        }
    }

    /** The step that threw, and what. */
    public record Failure(Place place, Throwable cause) {}

    public Transit(Custody custody, Clock clock) {
        this.custody = custody;
        this.clock = clock;
        keep(new Attribute(NAME, AttributeValue.ofUnserializable(this)));
    }

    /** The transit that a mail is on. */
    public static Transit of(Mail mail) {
        return find(mail)
                .orElseThrow(() -> new IllegalStateException(
                        mail.getName() + " was brought into the container past its two doors"));
    }

    static Optional<Transit> find(Mail mail) {
        return mail.getAttribute(NAME).flatMap(attribute -> attribute.getValue().valueAs(Transit.class));
    }

    /** An attribute that no mailet can take off for good. */
    public void keep(Attribute attribute) {
        kept.add(attribute);
    }

    /** Puts what is kept onto a mail that enters the container. */
    public void board(Mail mail) {
        mails.add(mail);
        mostRecipients = mail.getRecipients().size();
        kept.forEach(mail::setAttribute);
    }

    public Custody custody() {
        return custody;
    }

    /** What the steps did so far. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** What steps ended so far, delivered before or not. */
    public List<Ended> ended() {
        return List.copyOf(ended);
    }

    /** The last step that threw, whether or not the mail went on after it. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Lets go of the mail and of all its copies. */
    @Override
    public void close() {
        mails.forEach(LifecycleUtil::dispose);
    }

    /** To be called before a step looks at a mail. */
    void enter(Mail mail, Place step) {
        custody.requireHeld();
        mails.add(mail);
        custody.at(step);
        place = step;
        recipients = List.copyOf(mail.getRecipients());
        began = clock.instant();
        mark = System.nanoTime();
        said = false;
    }

    /** The time goes to the mailet behind the matcher. */
    void matched() {
        matching += lap();
    }

    void notMatched() {
        add("not_matched", "", null);
    }

    /** What a mailet says it did; one that decides for each recipient says so for each. */
    void say(@Nullable EmailAddress recipient, String verdict, String reason) {
        add(verdict, reason, recipient);
        said = true;
    }

    /** Records that the step ended the mail to these recipients. */
    void ended(List<MailAddress> recipients) {
        ended.add(new Ended(place, recipients));
        done("ended", "");
    }

    /** What a step did that said nothing. */
    void done(String verdict, String reason) {
        if (!said) {
            add(verdict, reason, null);
        }
    }

    /** Records that the step threw. */
    void failed(Throwable cause) {
        failure = new Failure(place, cause);
        add("failed", ErrorText.of(cause), null);
    }

    /** Records that the container itself could not go on with the mail at that place. */
    public void fail(Mail mail, Place at, Throwable cause) {
        enter(mail, at);
        failed(cause);
    }

    /** Gives back what the mailet took off. */
    void restore(Mail mail) {
        for (Attribute attribute : kept) {
            if (mail.getAttribute(attribute.getName()).isEmpty()) {
                mail.setAttribute(attribute);
            }
        }
    }

    private void add(String verdict, String reason, @Nullable EmailAddress recipient) {
        long nanos = matching + lap();
        matching = 0;
        for (EmailAddress concerned : concerned(recipient)) {
            steps.add(new Step(
                    began,
                    place.processor(),
                    place.matcher(),
                    place.mailet(),
                    verdict,
                    reason,
                    nanos / 1000,
                    concerned));
        }
    }

    /**
     * Who may be told of a step: everybody, said as null, unless the mail was split before it. Which way it took for some is no
     * concern of the others.
     */
    private List<@Nullable EmailAddress> concerned(@Nullable EmailAddress recipient) {
        if (recipient != null || recipients.isEmpty() || recipients.size() >= mostRecipients) {
            return Collections.singletonList(recipient);
        }
        try {
            return List.copyOf(MailAddresses.fromJames(recipients));
        } catch (AddressException ofAMailets) {
            return Collections.singletonList(null);
        }
    }

    private long lap() {
        long now = System.nanoTime();
        long nanos = now - mark;
        mark = now;
        return nanos;
    }
}
