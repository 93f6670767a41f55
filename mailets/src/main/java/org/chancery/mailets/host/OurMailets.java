package org.chancery.mailets.host;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;
import org.chancery.core.mailbox.HandlerResolver;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.quarantine.QuarantineService;
import org.chancery.core.quarantine.Screening;
import org.chancery.core.report.ReturnedReport;
import org.chancery.core.report.ReturnedReports.Came;
import org.chancery.core.report.ReturnedReports.Recorded;
import org.chancery.core.send.Dispatch;
import org.chancery.mailets.authentication.AuthenticateSender;
import org.chancery.mailets.authentication.SenderDesk;
import org.chancery.mailets.mail.Classify;
import org.chancery.mailets.mailbox.DeliverToMailbox;
import org.chancery.mailets.mailbox.KeepForOperator;
import org.chancery.mailets.mailbox.ResolveHandler;
import org.chancery.mailets.mailbox.SendCopies;
import org.chancery.mailets.quarantine.Confine;
import org.chancery.mailets.quarantine.Exempt;
import org.chancery.mailets.quarantine.Screen;
import org.chancery.mailets.quarantine.Suspect;
import org.chancery.mailets.report.RecordDeliveryReport;
import org.chancery.mailets.screening.SpamScore;
import org.chancery.mailets.screening.SpamScore.Scoring;
import org.chancery.mailets.send.Authorise;
import org.chancery.mailets.send.Enqueue;
import org.chancery.mailets.send.Hold;
import org.chancery.mailets.send.KeepAsDraft;
import org.chancery.mailets.send.NeedsPerson;
import org.chancery.mailets.send.RequiresApproval;
import org.chancery.mailets.turn.DecideByCategory;

/**
 * The mailets and matchers that get something of ours by constructor, and how each is made. {@code mailetcontainer.xml} may
 * name them with or without their package.
 */
public record OurMailets(List<Factory<? extends Mailet>> mailets, List<Factory<? extends Matcher>> matchers) {

    /** Makes one mailet or matcher for each line of the file that names it. */
    public record Factory<T>(Class<T> type, Supplier<T> make) {
        boolean isNamed(String name) {
            return name.equals(type.getSimpleName()) || name.equals(type.getName());
        }
    }

    public OurMailets {
        mailets = List.copyOf(mailets);
        matchers = List.copyOf(matchers);
    }

    /** What the product ships for mail that comes in and needs no screening, and for what the pipeline gives up. */
    public static OurMailets delivering(HandlerResolver resolver, MailboxService mailbox) {
        return mailets(
                new Factory<>(Classify.class, Classify::new),
                new Factory<>(ResolveHandler.class, () -> new ResolveHandler(resolver::resolve)),
                new Factory<>(DeliverToMailbox.class, () -> new DeliverToMailbox(mailbox::deliver)),
                new Factory<>(
                        KeepForOperator.class, () -> new KeepForOperator(resolver::resolve, mailbox::keepForOperator)));
    }

    /** The same for finding out what it is. */
    public static OurMailets examining(SenderDesk senders) {
        return mailets(new Factory<>(AuthenticateSender.class, () -> new AuthenticateSender(senders)));
    }

    /** The same for saying how much it looks like spam. */
    public static OurMailets scoring(HandlerResolver resolver, Scoring scoring) {
        return mailets(new Factory<>(SpamScore.class, () -> new SpamScore(scoring, resolver::resolve)));
    }

    /** The same for screening it. */
    public static OurMailets screening(HandlerResolver resolver, Screening screening, QuarantineService quarantine) {
        return mailets(
                        new Factory<>(Screen.class, () -> new Screen(screening::addressed)),
                        new Factory<>(Exempt.class, Exempt::new),
                        new Factory<>(Confine.class, () -> new Confine(resolver::resolve, quarantine::confine)))
                .and(new Factory<>(Suspect.class, Suspect::new));
    }

    /** The same for recording what came back. */
    public static OurMailets recording(BiFunction<Came, ReturnedReport, Recorded> reports) {
        return mailets(new Factory<>(RecordDeliveryReport.class, () -> new RecordDeliveryReport(reports)));
    }

    /** The same for copies of what was delivered, to people. */
    public static OurMailets copying(SendCopies.Copies copies) {
        return mailets(new Factory<>(SendCopies.class, () -> new SendCopies(copies)));
    }

    /** The same for sorting it. */
    public static OurMailets sorting(Supplier<DecideByCategory> categories) {
        return mailets(new Factory<>(DecideByCategory.class, categories));
    }

    /** The same for mail that leaves. */
    public static OurMailets sending(Dispatch dispatch) {
        return mailets(
                        new Factory<>(Authorise.class, () -> new Authorise(dispatch::authorise)),
                        new Factory<>(KeepAsDraft.class, () -> new KeepAsDraft(dispatch::keepAsDraft)),
                        new Factory<>(Hold.class, () -> new Hold(dispatch::hold)),
                        new Factory<>(Enqueue.class, () -> new Enqueue(dispatch::enqueue)))
                .and(new Factory<>(NeedsPerson.class, NeedsPerson::new))
                .and(new Factory<>(RequiresApproval.class, RequiresApproval::new));
    }

    /** Some mailets. */
    @SafeVarargs
    public static OurMailets mailets(Factory<? extends Mailet>... mailets) {
        return new OurMailets(List.of(mailets), List.of());
    }

    /** These and the matcher. */
    public OurMailets and(Factory<? extends Matcher> matcher) {
        return and(new OurMailets(List.of(), List.of(matcher)));
    }

    /** These and the others. */
    public OurMailets and(OurMailets others) {
        return new OurMailets(
                Stream.concat(mailets.stream(), others.mailets.stream()).toList(),
                Stream.concat(matchers.stream(), others.matchers.stream()).toList());
    }

    Optional<Mailet> mailet(String name) {
        return mailets.stream()
                .filter(factory -> factory.isNamed(name))
                .findFirst()
                .map(factory -> factory.make().get());
    }

    Optional<Matcher> matcher(String name) {
        return matchers.stream()
                .filter(factory -> factory.isNamed(name))
                .findFirst()
                .map(factory -> factory.make().get());
    }

    boolean isOurs(Mailet mailet) {
        return mailets.stream().anyMatch(factory -> factory.type() == mailet.getClass());
    }

    Stream<String> mailetNames() {
        return mailets.stream().map(factory -> factory.type().getSimpleName());
    }

    Stream<String> matcherNames() {
        return matchers.stream().map(factory -> factory.type().getSimpleName());
    }
}
