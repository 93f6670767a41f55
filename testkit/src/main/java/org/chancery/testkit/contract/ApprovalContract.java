package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRule.When;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.approval.Approval.Requester;
import org.chancery.core.approval.ApprovalExpiry;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalRepository.Question;
import org.chancery.core.approval.ApprovalRepository.Whose;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.Decision;
import org.chancery.core.audit.Channel;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an {@link ApprovalRepository} has to do. */
public interface ApprovalContract {
    ApprovalRule PLAIN = new ApprovalRule(ApprovalRule.EMAIL_SEND, When.ALWAYS, 1, null);

    Store store();

    private ApprovalRepository approvals() {
        return store().approvals();
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private Outbound heldMail(Samples samples) {
        return samples.keep(
                samples.outbound(samples.keptThread(), OutboundStatus.HELD, null, "client@stranger.example"));
    }

    private Approval approval(Samples samples, Outbound mail, ApprovalRule rule, Instant at) {
        return new Approval(
                ApprovalId.at(at),
                new Held(
                        samples.workspace.id(),
                        samples.endpoint.id(),
                        mail.id(),
                        mail.facts().raw(),
                        "Mail to client@stranger.example: Grüße \uD83D\uDE00"),
                new Requester(
                        new Actor.Program(AgentId.at(NOW), "reply-agent"),
                        TokenId.at(NOW),
                        samples.person.id(),
                        samples.endpoint.id()),
                rule,
                Holder.TOKEN,
                ApprovalStatus.PENDING,
                "",
                at,
                rule.expiresAfter() == null ? null : at.plus(rule.expiresAfter()));
    }

    private Approval kept(Approval approval) {
        store().transactions().run(tx -> approvals().add(tx, approval));
        return approval;
    }

    private Approval kept(Samples samples, ApprovalRule rule, Instant at) {
        return kept(approval(samples, heldMail(samples), rule, at));
    }

    private Approval find(Approval approval) {
        return in(tx -> approvals().find(tx, approval.workspace(), approval.id()))
                .orElseThrow();
    }

    private static ApprovalRule within(Duration time) {
        return new ApprovalRule(ApprovalRule.EMAIL_SEND, When.ALWAYS, 1, time);
    }

    private static RawDigest digest(String of) {
        return RawDigest.of(of.getBytes(StandardCharsets.US_ASCII));
    }

    private static Decision decision(Samples samples, Decision.Kind kind, @Nullable RawDigest edited) {
        return new Decision(
                new Actor.Person(samples.person.id(), samples.person.email()),
                Channel.API,
                kind,
                "looks good",
                digest("what was decided on"),
                edited,
                NOW.plusSeconds(60));
    }

    @Test
    default void an_approval_is_found_as_it_was_kept() {
        Samples samples = Samples.in(store());
        ApprovalRule rule = ApprovalRuleTree.read(
                        List.of(Map.of(
                                "action",
                                "email:send",
                                "when",
                                Map.of(
                                        "recipient_domain_not_in",
                                        List.of("client.example", "*.client.example"),
                                        "recipients_over",
                                        5,
                                        "first_contact",
                                        true,
                                        "reply",
                                        false),
                                "reviewers",
                                2,
                                "expires_after",
                                "4h")),
                        "")
                .rules()
                .getFirst();
        Approval approval = kept(samples, rule, NOW);
        Approval bare = approval(samples, heldMail(samples), PLAIN, NOW);
        Approval byPerson = kept(new Approval(
                bare.id(),
                bare.held(),
                new Requester(
                        new Actor.Person(samples.person.id(), samples.person.email()),
                        TokenId.at(NOW),
                        samples.person.id(),
                        null),
                PLAIN,
                Holder.OPERATOR,
                ApprovalStatus.PENDING,
                "",
                NOW,
                null));
        assertEquals(approval, find(approval));
        assertEquals(byPerson, find(byPerson));
        assertEquals(Optional.of(approval), in(tx -> approvals().lock(tx, approval.workspace(), approval.id())));
        assertEquals(
                Optional.of(approval),
                in(tx -> approvals()
                        .ofMessage(tx, approval.workspace(), approval.held().message())));
    }

    @Test
    default void another_workspace_finds_nothing() {
        Approval approval = kept(Samples.in(store()), PLAIN, NOW);
        Samples strangers = Samples.in(store());
        assertEquals(Optional.empty(), in(tx -> approvals().find(tx, strangers.workspace.id(), approval.id())));
        assertEquals(Optional.empty(), in(tx -> approvals().lock(tx, strangers.workspace.id(), approval.id())));
        assertEquals(
                Optional.empty(),
                in(tx -> approvals()
                        .ofMessage(tx, strangers.workspace.id(), approval.held().message())));
        for (Whose whose : List.of(
                new Whose.Everybodys(), new Whose.AtEndpoint(approval.held().endpoint()))) {
            assertEquals(List.of(), page(strangers, whose, ApprovalStatus.PENDING, null, 10));
        }
    }

    @Test
    default void a_message_has_one_approval_at_most() {
        Samples samples = Samples.in(store());
        Outbound mail = heldMail(samples);
        kept(approval(samples, mail, PLAIN, NOW));
        Approval second = approval(samples, mail, PLAIN, NOW);
        assertThrows(RuntimeException.class, () -> kept(second));
    }

    @Test
    default void an_approval_moves_on_from_the_expected_state_only() {
        Samples samples = Samples.in(store());
        Approval approval = kept(samples, PLAIN, NOW);
        assertFalse(
                holds(tx -> approvals().move(tx, approval.id(), ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED, "")));
        assertTrue(holds(tx ->
                approvals().move(tx, approval.id(), ApprovalStatus.PENDING, ApprovalStatus.REJECTED, "too rude")));
        assertFalse(
                holds(tx -> approvals().move(tx, approval.id(), ApprovalStatus.PENDING, ApprovalStatus.APPROVED, "")));
        assertEquals(ApprovalStatus.REJECTED, find(approval).status());
        assertEquals("too rude", find(approval).standing());
    }

    @Test
    default void of_two_who_decide_at_once_one_does() {
        Samples samples = Samples.in(store());
        for (int round = 0; round < 5; round++) {
            Approval approval = kept(samples, PLAIN, NOW);
            List<ApprovalStatus> wanted = List.of(ApprovalStatus.APPROVED, ApprovalStatus.REJECTED);
            List<Boolean> decided = AtOnce.run(
                    2,
                    number -> holds(tx -> approvals()
                                    .lock(tx, approval.workspace(), approval.id())
                                    .filter(found -> found.status() == ApprovalStatus.PENDING)
                                    .isPresent()
                            && approvals().move(tx, approval.id(), ApprovalStatus.PENDING, wanted.get(number), "")));
            assertEquals(1, Collections.frequency(decided, true));
            assertEquals(wanted.get(decided.indexOf(true)), find(approval).status());
        }
    }

    @Test
    default void decisions_are_kept_in_their_order() {
        Samples samples = Samples.in(store());
        Approval approval = kept(samples, PLAIN, NOW);
        Approval other = kept(samples, PLAIN, NOW);
        List<Decision> decisions = List.of(
                decision(samples, Decision.Kind.APPROVE, digest("as it was before")),
                decision(samples, Decision.Kind.REOPEN, null),
                decision(samples, Decision.Kind.REJECT, null));
        assertEquals(List.of(), in(tx -> approvals().decisions(tx, approval.id())));
        for (Decision decision : decisions) {
            store().transactions().run(tx -> approvals().add(tx, approval.id(), decision));
        }
        assertEquals(decisions, in(tx -> approvals().decisions(tx, approval.id())));
        assertEquals(List.of(), in(tx -> approvals().decisions(tx, other.id())));
    }

    @Test
    default void a_revised_approval_is_about_the_new_bytes() {
        Samples samples = Samples.in(store());
        Approval approval = kept(samples, PLAIN, NOW);
        RawDigest edited = digest("edited");
        store().transactions().run(tx -> approvals().revise(tx, approval.id(), edited, "Mail to nobody"));
        assertEquals(edited, find(approval).held().digest());
        assertEquals("Mail to nobody", find(approval).held().summary());
    }

    @Test
    default void only_what_expired_waits_again() {
        Samples samples = Samples.in(store());
        Approval approval = kept(samples, within(Duration.ofHours(1)), NOW);
        Instant later = NOW.plus(Duration.ofHours(9));
        assertFalse(holds(tx -> approvals().reopen(tx, approval.id(), later)));
        assertTrue(holds(
                tx -> approvals().move(tx, approval.id(), ApprovalStatus.PENDING, ApprovalStatus.EXPIRED, "late")));
        assertTrue(holds(tx -> approvals().reopen(tx, approval.id(), later)));
        assertEquals(ApprovalStatus.PENDING, find(approval).status());
        assertEquals("", find(approval).standing());
        assertEquals(later, find(approval).expiresAt());
    }

    @Test
    default void what_is_overdue_is_pending_and_its_time_is_over() {
        Samples samples = Samples.in(store());
        Approval late = kept(samples, within(Duration.ofHours(2)), NOW);
        Approval early = kept(samples, within(Duration.ofHours(1)), NOW);
        Approval decided = kept(samples, within(Duration.ofHours(1)), NOW);
        kept(samples, PLAIN, NOW);
        kept(samples, within(Duration.ofHours(3)), NOW);
        assertTrue(
                holds(tx -> approvals().move(tx, decided.id(), ApprovalStatus.PENDING, ApprovalStatus.REJECTED, "")));
        assertEquals(List.of(early.id()), overdue(samples, NOW.plus(Duration.ofHours(1)), 100));
        assertEquals(List.of(early.id(), late.id()), overdue(samples, NOW.plus(Duration.ofHours(2)), 100));
        assertEquals(List.of(), overdue(samples, NOW.plus(Duration.ofMinutes(59)), 100));
    }

    @Test
    default void what_cannot_be_expired_keeps_no_other_waiting_however_much_it_is() {
        Samples samples = Samples.in(store());
        Set<ApprovalId> broken = new HashSet<>();
        for (int i = 0; i < 250; i++) {
            // Many of them end in the same moment.
            broken.add(kept(samples, within(Duration.ofHours(1)), NOW.plusSeconds(i / 125))
                    .id());
        }
        Approval late = kept(samples, within(Duration.ofHours(2)), NOW);
        ApprovalRepository failing = (ApprovalRepository) Proxy.newProxyInstance(
                ApprovalRepository.class.getClassLoader(),
                new Class<?>[] {ApprovalRepository.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("lock") && broken.remove((ApprovalId) arguments[2])) {
                        throw new IllegalStateException("nobody thought of this");
                    }
                    return method.invoke(approvals(), arguments);
                });
        TurningClock clock = TurningClock.at(NOW.plus(Duration.ofHours(2)));
        Notes notes = new Notes(store().audit(), new RefusedAttempts(store().transactions(), store().audit(), clock));
        ApprovalService.Stores stores = new ApprovalService.Stores(failing, store().access(), store().events(), notes);
        ApprovalExpiry expiry = new ApprovalExpiry(store().transactions(), stores, clock);
        expiry.expireDue();
        assertEquals(ApprovalStatus.EXPIRED, find(late).status());
        assertEquals(Set.of(), broken);
        assertEquals(250, overdue(samples, clock.instant(), 1_000).size());
        // Each failed once; none is left to other tests.
        expiry.expireDue();
        assertEquals(List.of(), overdue(samples, clock.instant(), 1_000));
    }

    /** Other tests leave some of theirs. */
    private List<ApprovalId> overdue(Samples samples, Instant now, int limit) {
        return in(tx -> approvals().overdue(tx, now, null, limit)).stream()
                .filter(approval -> approval.workspace().equals(samples.workspace.id()))
                .map(Approval::id)
                .toList();
    }

    @Test
    default void approvals_are_listed_newest_first_by_state_page_by_page() {
        Samples samples = Samples.in(store());
        List<Approval> kept = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            kept.add(kept(samples, PLAIN, NOW.plusSeconds(i)));
        }
        assertTrue(holds(
                tx -> approvals().move(tx, kept.get(2).id(), ApprovalStatus.PENDING, ApprovalStatus.EXPIRED, "late")));
        Whose all = new Whose.Everybodys();
        assertEquals(ids(kept, 4, 3), page(samples, all, ApprovalStatus.PENDING, null, 2));
        assertEquals(
                ids(kept, 1, 0),
                page(samples, all, ApprovalStatus.PENDING, kept.get(3).id(), 2));
        assertEquals(ids(kept, 2), page(samples, all, ApprovalStatus.EXPIRED, null, 10));
        assertEquals(List.of(), page(samples, all, ApprovalStatus.REJECTED, null, 10));
    }

    @Test
    default void a_list_is_of_one_endpoint_or_of_one_requester() {
        Samples samples = Samples.in(store());
        Endpoint other = samples.keep(samples.newEndpoint("support"));
        Approval here = kept(samples, PLAIN, NOW);
        Approval base = approval(samples, heldMail(samples), PLAIN, NOW.plusSeconds(1));
        Actor.Person person = new Actor.Person(UserId.at(NOW), "eve@stranger.example");
        Approval there = kept(new Approval(
                base.id(),
                new Held(
                        samples.workspace.id(),
                        other.id(),
                        base.held().message(),
                        base.held().digest(),
                        base.held().summary()),
                new Requester(person, TokenId.at(NOW), person.id(), null),
                PLAIN,
                Holder.REQUESTER,
                ApprovalStatus.PENDING,
                "",
                NOW,
                null));
        ApprovalStatus pending = ApprovalStatus.PENDING;
        assertEquals(List.of(here.id()), page(samples, new Whose.AtEndpoint(samples.endpoint.id()), pending, null, 10));
        assertEquals(List.of(there.id()), page(samples, new Whose.AtEndpoint(other.id()), pending, null, 10));
        assertEquals(
                List.of(there.id()), page(samples, new Whose.AskedBy(person.id().value()), pending, null, 10));
        assertEquals(List.of(there.id(), here.id()), page(samples, new Whose.Everybodys(), pending, null, 10));
        assertEquals(there, find(there));
    }

    private static List<ApprovalId> ids(List<Approval> approvals, int... places) {
        return IntStream.of(places).mapToObj(place -> approvals.get(place).id()).toList();
    }

    private List<ApprovalId> page(
            Samples samples, Whose whose, ApprovalStatus status, @Nullable ApprovalId before, int limit) {
        Question question = new Question(samples.workspace.id(), whose, status, before);
        return in(tx -> approvals().page(tx, question, limit)).stream()
                .map(Approval::id)
                .toList();
    }
}
