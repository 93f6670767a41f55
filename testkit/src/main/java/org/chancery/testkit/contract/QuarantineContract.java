package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chancery.core.access.Actor;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.UserId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.HeldMail.Raw;
import org.chancery.core.quarantine.HeldMail.Shown;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.quarantine.QuarantineRepository.ClaimedRelease;
import org.chancery.core.quarantine.QuarantineRepository.Filter;
import org.chancery.core.quarantine.QuarantineRepository.Place;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.Signal;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link QuarantineRepository} has to do. */
public interface QuarantineContract {
    Duration LEASE = Duration.ofMinutes(5);

    Store store();

    private QuarantineRepository quarantine() {
        return store().quarantine();
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private static HeldMail mail(Samples samples, Endpoint endpoint, Instant arrivedAt) {
        QuarantineId id = QuarantineId.at(arrivedAt);
        return new HeldMail(
                id,
                endpoint.workspace(),
                endpoint.id(),
                new Suspicion(
                        Reason.UNKNOWN_SENDER,
                        4.25,
                        List.of(
                                new Signal("unknown_sender", 0, "zoë@stranger.example is bound to nobody"),
                                new Signal("RSPAMD_SYMBOL", -1.5, ""))),
                new Passage(
                        SpoolId.at(arrivedAt),
                        new Arrival(arrivedAt, client(), "mail.stranger.example", "ESMTPS"),
                        ReversePath.of(EmailAddress.of("bounces+zoe@stranger.example")),
                        EmailAddress.of(endpoint.address()),
                        Classification.HUMAN,
                        Verdicts.SOME),
                new Shown(
                        List.of(new Mailbox("Zoë Stranger", "zoe@stranger.example"), new Mailbox(null, "no address")),
                        List.of(new Mailbox("Sales", endpoint.address())),
                        "A question \uD83D\uDE00"),
                new Raw(RawDigest.of(id.text().getBytes(StandardCharsets.US_ASCII)), 2345));
    }

    private static InetAddress client() {
        return InetAddress.getLoopbackAddress();
    }

    private static HeldMail mail(Samples samples) {
        return mail(samples, samples.endpoint, NOW);
    }

    private HeldMail kept(HeldMail mail) {
        assertTrue(holds(tx -> quarantine().add(tx, mail)));
        return mail;
    }

    private Decision decision(Samples samples) {
        return new Decision(
                UUID.randomUUID(),
                new Actor.Person(samples.person.id(), samples.person.email()),
                NOW.plusSeconds(60),
                "looks good",
                samples.person.id());
    }

    private Accepted accepted(Samples samples, HeldMail mail, Release release) {
        return new Pending(mail).accept(decision(samples), release);
    }

    /** A mail whose release is due. */
    private HeldMail due(Samples samples, HeldMail mail) {
        kept(mail);
        assertTrue(holds(tx -> quarantine().accept(tx, accepted(samples, mail, new Release.Due()))));
        return mail;
    }

    private Optional<ClaimedRelease> claim(Instant now, SpoolId... without) {
        return in(tx -> quarantine().claimRelease(tx, "server-1", Set.of(without), now, now.plus(LEASE)));
    }

    /** Whatever other tests left that is or will be due. */
    private void clear() {
        Instant late = NOW.plus(Duration.ofDays(365));
        Stream.generate(() -> claim(late))
                .takeWhile(Optional::isPresent)
                .forEach(claimed -> assertTrue(holds(tx ->
                        quarantine().released(tx, claimed.orElseThrow().mail().id(), "server-1", null, late))));
    }

    @Test
    default void a_held_mail_is_found_as_it_was_kept() {
        Samples samples = Samples.in(store());
        HeldMail mail = kept(mail(samples));
        Pending pending = new Pending(mail);
        assertEquals(Optional.of(pending), in(tx -> quarantine().find(tx, mail.workspace(), mail.id())));
        assertEquals(Optional.of(pending), in(tx -> quarantine().lock(tx, mail.workspace(), mail.id())));
        assertEquals(Optional.of(pending), in(tx -> quarantine().confined(tx, mail.spool(), own(mail))));
    }

    @Test
    default void what_a_stranger_leaves_out_or_overdoes_is_kept_as_far_as_it_goes() {
        Samples samples = Samples.in(store());
        HeldMail ordinary = mail(samples);
        List<Signal> many = IntStream.range(0, 5_000)
                .mapToObj(i -> new Signal("signal_" + i, 1, "x".repeat(400)))
                .toList();
        HeldMail odd = new HeldMail(
                ordinary.id(),
                ordinary.workspace(),
                ordinary.endpoint(),
                new Suspicion(Reason.PHISHING, null, many),
                new Passage(
                        ordinary.spool(),
                        new Arrival(NOW, client(), "\0" + "h".repeat(5_000), "ESMTP"),
                        ReversePath.NULL,
                        ordinary.passage().recipient(),
                        Classification.BOUNCE,
                        Verdicts.SOME),
                new Shown(
                        List.of(),
                        Collections.nCopies(20_000, new Mailbox("n".repeat(300), "a@b.example")),
                        "s".repeat(5_000)),
                ordinary.raw());
        kept(odd);
        HeldMail found = in(tx -> quarantine().find(tx, odd.workspace(), odd.id()))
                .orElseThrow()
                .mail();
        assertEquals(1_000, found.shown().subject().length());
        assertEquals(ReversePath.NULL, found.passage().reversePath());
        assertEquals(List.of(), found.shown().originators());
        assertEquals(null, found.suspicion().spamScore());
        assertEquals(many.getFirst(), found.suspicion().signals().getFirst());
        assertTrue(found.suspicion().signals().size() > 100);
        assertTrue(found.shown().to().size() > 20);
    }

    @Test
    default void a_spooled_mail_is_held_once_for_each_endpoint() {
        Samples samples = Samples.in(store());
        HeldMail first = kept(mail(samples));
        Endpoint other = samples.keep(samples.newEndpoint("support"));
        HeldMail again = withIds(mail(samples), first.spool(), first.endpoint());
        HeldMail elsewhere = withIds(mail(samples, other, NOW), first.spool(), other.id());
        assertFalse(holds(tx -> quarantine().add(tx, again)));
        assertTrue(holds(tx -> quarantine().add(tx, elsewhere)));
        assertEquals(Optional.empty(), in(tx -> quarantine().find(tx, again.workspace(), again.id())));
        assertEquals(
                Optional.of(elsewhere.id()),
                in(tx -> quarantine().confined(tx, first.spool(), own(elsewhere)))
                        .map(item -> item.mail().id()));
    }

    private static Entrance own(HeldMail mail) {
        return Entrance.of(mail.endpoint(), mail.passage().recipient());
    }

    @Test
    default void a_spooled_mail_is_held_for_an_endpoint_and_for_each_return_path_of_it() {
        Samples samples = Samples.in(store());
        HeldMail letter = kept(mail(samples));
        EmailAddress path = EmailAddress.of("bounces+one-0123456789abcdef@acme.example");
        HeldMail news = kept(withIds(mail(samples), letter.spool(), letter.endpoint(), path));
        assertFalse(holds(tx -> quarantine().add(tx, withIds(mail(samples), letter.spool(), letter.endpoint(), path))));
        assertEquals(
                Optional.of(new Pending(letter)), in(tx -> quarantine().confined(tx, letter.spool(), own(letter))));
        assertEquals(Optional.of(new Pending(news)), in(tx -> quarantine().confined(tx, letter.spool(), own(news))));
    }

    private static HeldMail withIds(HeldMail mail, SpoolId spool, EndpointId endpoint) {
        return withIds(mail, spool, endpoint, mail.passage().recipient());
    }

    private static HeldMail withIds(HeldMail mail, SpoolId spool, EndpointId endpoint, EmailAddress recipient) {
        Passage passage = mail.passage();
        return new HeldMail(
                mail.id(),
                mail.workspace(),
                endpoint,
                mail.suspicion(),
                new Passage(
                        spool,
                        passage.arrival(),
                        passage.reversePath(),
                        recipient,
                        passage.classification(),
                        passage.authentication()),
                mail.shown(),
                mail.raw());
    }

    @Test
    default void of_two_who_hold_the_same_mail_at_once_one_does() {
        for (int round = 0; round < 5; round++) {
            Samples samples = Samples.in(store());
            HeldMail first = mail(samples);
            List<HeldMail> mails = List.of(first, withIds(mail(samples), first.spool(), first.endpoint()));
            List<Boolean> added =
                    AtOnce.run(2, number -> holds(tx -> quarantine().add(tx, mails.get(number))));
            assertEquals(1, Collections.frequency(added, true));
        }
    }

    @Test
    default void another_workspace_finds_nothing() {
        Samples samples = Samples.in(store());
        HeldMail mail = kept(mail(samples));
        Samples strangers = Samples.in(store());
        assertEquals(Optional.empty(), in(tx -> quarantine().find(tx, strangers.workspace.id(), mail.id())));
        assertEquals(Optional.empty(), in(tx -> quarantine().lock(tx, strangers.workspace.id(), mail.id())));
        assertEquals(List.of(), list(strangers, Filter.WAITING, null, 10));
        assertEquals(List.of(), list(strangers, new Filter(Pending.STATE, null, mail.endpoint()), null, 10));
    }

    @Test
    default void a_decision_is_kept_and_final() {
        Samples samples = Samples.in(store());
        HeldMail mail = kept(mail(samples));
        Accepted accepted = accepted(samples, mail, new Release.RecordOnly());
        Rejected rejected = new Pending(mail).reject(decision(samples));
        assertTrue(holds(tx -> quarantine().accept(tx, accepted)));
        assertFalse(holds(tx -> quarantine().accept(tx, accepted)));
        assertFalse(holds(tx -> quarantine().reject(tx, rejected)));
        assertEquals(Optional.of(accepted), in(tx -> quarantine().find(tx, mail.workspace(), mail.id())));

        HeldMail other = kept(mail(samples));
        Rejected no = new Pending(other).reject(decision(samples));
        assertTrue(holds(tx -> quarantine().reject(tx, no)));
        assertFalse(holds(tx -> quarantine().accept(tx, accepted(samples, other, new Release.Due()))));
        assertEquals(Optional.of(no), in(tx -> quarantine().find(tx, other.workspace(), other.id())));
    }

    @Test
    default void of_two_who_accept_at_once_one_does() {
        decideAtOnce((samples, mail) -> List.of(
                tx -> quarantine().accept(tx, accepted(samples, mail, new Release.RecordOnly())),
                tx -> quarantine().accept(tx, accepted(samples, mail, new Release.RecordOnly()))));
    }

    @Test
    default void of_one_who_accepts_and_one_who_rejects_at_once_one_does() {
        decideAtOnce((samples, mail) -> List.of(
                tx -> quarantine().accept(tx, accepted(samples, mail, new Release.RecordOnly())),
                tx -> quarantine().reject(tx, new Pending(mail).reject(decision(samples)))));
    }

    /** Two decisions about a mail. */
    @FunctionalInterface
    interface Decisions {
        List<Function<Tx, Boolean>> about(Samples samples, HeldMail mail);
    }

    private void decideAtOnce(Decisions decisions) {
        Samples samples = Samples.in(store());
        for (int round = 0; round < 5; round++) {
            HeldMail mail = kept(mail(samples));
            List<Function<Tx, Boolean>> both = decisions.about(samples, mail);
            List<Boolean> decided = AtOnce.run(
                    2,
                    number -> holds(tx -> quarantine()
                                    .lock(tx, mail.workspace(), mail.id())
                                    .filter(Pending.class::isInstance)
                                    .isPresent()
                            && both.get(number).apply(tx)));
            assertEquals(1, Collections.frequency(decided, true));
            Quarantined now =
                    in(tx -> quarantine().find(tx, mail.workspace(), mail.id())).orElseThrow();
            assertFalse(now instanceof Pending);
        }
    }

    @Test
    default void what_waits_is_listed_newest_first_for_a_workspace_and_for_an_endpoint() {
        Samples samples = Samples.in(store());
        Endpoint other = samples.keep(samples.newEndpoint("support"));
        List<HeldMail> mails = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mails.add(kept(mail(samples, i % 2 == 0 ? samples.endpoint : other, NOW.plusSeconds(i))));
        }
        HeldMail decided = kept(mail(samples, samples.endpoint, NOW.plusSeconds(9)));
        assertTrue(holds(tx -> quarantine().reject(tx, new Pending(decided).reject(decision(samples)))));
        assertEquals(ids(mails, 3, 2, 1, 0), pending(samples, null, 10));
        assertEquals(ids(mails, 3, 2), pending(samples, null, 2));
        assertEquals(ids(mails, 3, 1), pending(samples, other, 10));
        HeldMail listed = list(samples, Filter.WAITING, null, 1).getFirst().mail();
        assertEquals(mails.get(3).shown(), listed.shown());
        assertEquals(mails.get(3).suspicion().spamScore(), listed.suspicion().spamScore());
    }

    private static List<QuarantineId> ids(List<HeldMail> mails, int... places) {
        return IntStream.of(places).mapToObj(place -> mails.get(place).id()).toList();
    }

    private List<Quarantined> list(Samples samples, Filter filter, @Nullable Place before, int limit) {
        return in(tx -> quarantine().list(tx, samples.workspace.id(), filter, before, limit));
    }

    private static List<QuarantineId> ids(List<Quarantined> items) {
        return items.stream().map(item -> item.mail().id()).toList();
    }

    private List<QuarantineId> pending(Samples samples, @Nullable Endpoint endpoint, int limit) {
        EndpointId only = endpoint == null ? null : endpoint.id();
        return ids(list(samples, new Filter(Pending.STATE, null, only), null, limit));
    }

    @Test
    default void pages_follow_each_other_without_a_gap_though_mails_arrived_at_the_same_time() {
        Samples samples = Samples.in(store());
        List<QuarantineId> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(kept(mail(samples, samples.endpoint, NOW.plusSeconds(i / 3)))
                    .id());
        }
        List<QuarantineId> seen = new ArrayList<>();
        List<Quarantined> page = list(samples, Filter.WAITING, null, 2);
        while (!page.isEmpty()) {
            seen.addAll(ids(page));
            HeldMail last = page.getLast().mail();
            page = list(samples, Filter.WAITING, new Place(last.arrivedAt(), last.id()), 2);
        }
        assertEquals(Set.copyOf(all), Set.copyOf(seen));
        assertEquals(all.size(), seen.size());
        assertEquals(ids(list(samples, Filter.WAITING, null, 10)), seen);
    }

    @Test
    default void what_was_decided_is_listed_by_its_state_reason_and_endpoint() {
        Samples samples = Samples.in(store());
        Endpoint other = samples.keep(samples.newEndpoint("support"));
        HeldMail waiting = kept(mail(samples));
        HeldMail let = kept(mail(samples, other, NOW.plusSeconds(1)));
        Accepted accepted = accepted(samples, let, new Release.RecordOnly());
        assertTrue(holds(tx -> quarantine().accept(tx, accepted)));
        HeldMail kept = kept(of(Reason.PHISHING, mail(samples, samples.endpoint, NOW.plusSeconds(2))));
        assertTrue(holds(tx -> quarantine().reject(tx, new Pending(kept).reject(decision(samples)))));

        Accepted listed = (Accepted)
                list(samples, new Filter(Accepted.STATE, null, null), null, 10).getFirst();
        assertEquals(accepted.decision(), listed.decision());
        assertEquals(let.id(), listed.mail().id());
        assertEquals(List.of(kept.id()), ids(list(samples, new Filter(Rejected.STATE, null, null), null, 10)));
        assertEquals(
                List.of(kept.id()),
                ids(list(samples, new Filter(Rejected.STATE, Reason.PHISHING, samples.endpoint.id()), null, 10)));
        assertEquals(List.of(), list(samples, new Filter(Rejected.STATE, Reason.PHISHING, other.id()), null, 10));
        assertEquals(List.of(), list(samples, new Filter(Rejected.STATE, Reason.SPAM_THRESHOLD, null), null, 10));
        assertEquals(
                List.of(waiting.id()),
                ids(list(samples, new Filter(Pending.STATE, Reason.UNKNOWN_SENDER, null), null, 10)));
    }

    private static HeldMail of(Reason reason, HeldMail mail) {
        return new HeldMail(
                mail.id(),
                mail.workspace(),
                mail.endpoint(),
                new Suspicion(reason, null, List.of()),
                mail.passage(),
                mail.shown(),
                mail.raw());
    }

    @Test
    default void a_release_that_is_due_is_claimed_once_until_its_lease_ends() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        HeldMail mail = due(samples, mail(samples));
        assertEquals(Optional.empty(), claim(now.minusSeconds(1)));
        assertEquals(Optional.of(new ClaimedRelease(mail, 1)), claim(now));
        assertEquals(Optional.empty(), claim(now));
        assertEquals(Optional.of(new ClaimedRelease(mail, 2)), claim(now.plus(LEASE)));
    }

    @Test
    default void the_release_that_waits_longest_is_first_and_mails_in_hand_are_left_out() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        HeldMail first = due(samples, mail(samples));
        HeldMail second = due(samples, mail(samples, samples.endpoint, NOW.plusSeconds(1)));
        assertEquals(second.id(), claim(now, first.spool()).orElseThrow().mail().id());
        assertEquals(first.id(), claim(now).orElseThrow().mail().id());
        assertEquals(Optional.empty(), claim(now));
    }

    @Test
    default void of_two_who_claim_at_once_each_gets_another_release_or_none() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        due(samples, mail(samples));
        List<Boolean> claimed = AtOnce.run(3, number -> claim(now).isPresent());
        clear();
        assertTrue(Collections.frequency(claimed, true) <= 1, claimed::toString);
        due(samples, mail(samples));
        due(samples, mail(samples));
        List<Optional<QuarantineId>> ids =
                AtOnce.run(2, number -> claim(now).map(release -> release.mail().id()));
        assertEquals(
                ids.stream().flatMap(Optional::stream).count(),
                ids.stream().flatMap(Optional::stream).distinct().count());
        clear();
    }

    @Test
    default void a_release_that_is_given_back_is_due_when_it_says_and_counts_if_it_does() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        HeldMail mail = due(samples, mail(samples));
        assertTrue(claim(now).isPresent());
        store().transactions().run(tx -> quarantine().giveBack(tx, mail.id(), "server-1", now.plusSeconds(5), true));
        assertEquals(Optional.empty(), claim(now.plusSeconds(4)));
        assertEquals(2, claim(now.plusSeconds(5)).orElseThrow().attempt());
        store().transactions().run(tx -> quarantine().giveBack(tx, mail.id(), "server-1", now, false));
        assertEquals(2, claim(now).orElseThrow().attempt());
    }

    @Test
    default void what_a_stopped_server_had_in_hand_is_given_back_and_nobody_elses() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        HeldMail mine = due(samples, mail(samples));
        assertTrue(claim(now).isPresent());
        store().transactions().run(tx -> quarantine().giveBackAll(tx, "server-2", now));
        assertEquals(Optional.empty(), claim(now));
        store().transactions().run(tx -> quarantine().giveBackAll(tx, "server-1", now));
        assertEquals(mine.id(), claim(now).orElseThrow().mail().id());
    }

    @Test
    default void a_late_server_undoes_nothing_that_another_has_in_hand() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        Instant later = now.plus(LEASE);
        clear();
        HeldMail mail = due(samples, mail(samples));
        assertTrue(claim(now).isPresent());
        assertTrue(in(tx -> quarantine().claimRelease(tx, "server-2", Set.of(), later, later.plus(LEASE)))
                .isPresent());
        store().transactions().run(tx -> quarantine().giveBack(tx, mail.id(), "server-1", later, false));
        assertEquals(Optional.empty(), claim(later));
        assertFalse(holds(tx -> quarantine().released(tx, mail.id(), "server-1", null, later)));
        assertTrue(holds(tx -> quarantine().released(tx, mail.id(), "server-2", null, later)));
    }

    @Test
    default void a_release_is_done_once_and_not_due_again() {
        Samples samples = Samples.in(store());
        Instant now = NOW.plusSeconds(60);
        clear();
        HeldMail mail = due(samples, mail(samples));
        assertTrue(claim(now).isPresent());
        MessageId message = MessageId.at(now);
        assertTrue(holds(tx -> quarantine().released(tx, mail.id(), "server-1", message, now)));
        assertFalse(holds(tx -> quarantine().released(tx, mail.id(), "server-1", message, now)));
        store().transactions().run(tx -> quarantine().giveBack(tx, mail.id(), "server-1", now, true));
        assertEquals(Optional.empty(), claim(now.plus(LEASE).plus(LEASE)));
        Accepted done = (Accepted)
                in(tx -> quarantine().find(tx, mail.workspace(), mail.id())).orElseThrow();
        assertEquals(new Release.Done(message, now), done.release());
    }

    @Test
    default void a_mail_of_which_the_record_is_all_is_never_due() {
        Samples samples = Samples.in(store());
        Instant late = NOW.plus(Duration.ofDays(1));
        clear();
        HeldMail mail = kept(mail(samples));
        assertTrue(holds(tx -> quarantine().accept(tx, accepted(samples, mail, new Release.RecordOnly()))));
        assertEquals(Optional.empty(), claim(late));
    }

    @Test
    default void a_person_who_decided_is_named() {
        Samples samples = Samples.in(store());
        HeldMail mail = kept(mail(samples));
        Rejected rejected = new Pending(mail)
                .reject(new Decision(
                        UUID.randomUUID(), new Actor.Person(UserId.at(NOW), "ann@acme.example"), NOW, "", null));
        assertTrue(holds(tx -> quarantine().reject(tx, rejected)));
        assertEquals(Optional.of(rejected), in(tx -> quarantine().find(tx, mail.workspace(), mail.id())));
    }
}
