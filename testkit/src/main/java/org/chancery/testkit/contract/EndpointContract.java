package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.chancery.core.access.Agent;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.CategoryAction;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointCounters;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Closing;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.endpoint.WorkspaceSetup;
import org.chancery.core.endpoint.WorkspaceSetup.NewWorkspace;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPolicy;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** What an {@link EndpointRepository} has to do. */
public interface EndpointContract {
    Clock CLOCK = TurningClock.atStart();
    LocalDate TODAY = LocalDate.of(2026, 3, 2);

    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private EndpointRepository endpoints() {
        return store().endpoints();
    }

    @Test
    default void endpoints_are_found_as_they_were_added() {
        Samples samples = Samples.in(store());
        Agent agent = samples.agent("Answerer");
        store().transactions().run(tx -> store().access().add(tx, agent, "sealed"));
        Endpoint plain = samples.endpoint;
        Endpoint handled = samples.keep(samples.newEndpoint("support", agent.id()));
        assertEquals(Optional.of(plain), in(tx -> endpoints().find(tx, samples.workspace.id(), plain.id())));
        assertEquals(Optional.of(handled), in(tx -> endpoints().byAddress(tx, handled.address())));
        assertEquals(Optional.empty(), in(tx -> endpoints().byAddress(tx, "nobody@" + samples.workspace.domain())));
        assertEquals(List.of(handled), in(tx -> endpoints().ofAgent(tx, samples.workspace.id(), agent.id(), 10)));
    }

    @Test
    default void every_part_of_the_behaviour_is_kept() {
        Samples samples = Samples.in(store());
        Agent agent = samples.agent("Answerer");
        store().transactions().run(tx -> store().access().add(tx, agent, "sealed"));
        Behaviour behaviour = new Behaviour(
                new Behaviour.Handler(Endpoint.Plane.AGENT, agent.id(), false, 3, 30),
                new Behaviour.Admission(SenderPolicy.ADDR_ALLOWLIST, List.of("*@b.example", "zoë@a.example"), 7.25),
                new Behaviour.Answers(
                        Endpoint.ReplyPolicy.ALWAYS_REPLY,
                        "Be kind.\n\u0001 \uD83D\uDE00",
                        "pt-BR",
                        new Behaviour.Sending(50, 14)),
                Map.of("invoice", CategoryAction.REVIEW, "Spam \"x\"", CategoryAction.IGNORE),
                List.of(EmailAddress.of("Ann@people.example"), EmailAddress.of("bob@people.example")),
                false);
        Endpoint plain = samples.newEndpoint("all");
        Endpoint endpoint = new Endpoint(
                plain.id(),
                plain.workspace(),
                plain.localPart(),
                plain.address(),
                plain.kind(),
                false,
                behaviour,
                NOW,
                NOW);
        samples.keep(endpoint);
        Endpoint kept = in(tx -> endpoints().find(tx, samples.workspace.id(), plain.id()))
                .orElseThrow();
        assertEquals(endpoint, kept);
        assertEquals(
                "Ann@people.example", kept.behaviour().deliverTo().getFirst().toString(), "as written");
    }

    @Test
    default void those_of_some_endpoints_that_there_are_come_at_once() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        samples.keep(samples.newEndpoint("office"));
        Set<EndpointId> ids =
                Set.of(samples.endpoint.id(), support.id(), strangers.endpoint.id(), EndpointId.at(Samples.NOW));
        assertEquals(
                Set.of(samples.endpoint, support),
                Set.copyOf(in(tx -> endpoints().all(tx, samples.workspace.id(), ids))));
        assertEquals(List.of(), in(tx -> endpoints().all(tx, samples.workspace.id(), Set.of())));
    }

    private WorkspaceSetup workspacesOf(EndpointDirectory directory) {
        EndpointService service = new EndpointService(
                store().transactions(),
                endpoints(),
                store().access(),
                store().folders()::create,
                directory,
                store().audit(),
                CLOCK);
        return new WorkspaceSetup(
                store().transactions(),
                store().access(),
                store().signIns(),
                service,
                directory,
                store().audit(),
                CLOCK);
    }

    @Test
    default void a_workspace_that_was_added_is_ours_at_once() {
        EndpointDirectory directory = new EndpointDirectory(
                store().transactions(), endpoints(), store().access(), new ReturnPaths(new byte[32]));
        WorkspaceSetup workspaces = workspacesOf(directory);
        directory.refresh();
        String domain = "new-" + Samples.in(store()).workspace.domain();
        assertFalse(directory.hosts(domain));
        workspaces.add(new NewWorkspace("New", domain, "", "owner@" + domain, null, null));
        assertTrue(directory.hosts(domain), "mail for it must not be sent to its MX, which is this server");
    }

    @Test
    default void mail_of_a_workspace_that_another_server_added_is_its_own_at_once() {
        EndpointDirectory here = new EndpointDirectory(
                store().transactions(), endpoints(), store().access(), new ReturnPaths(new byte[32]));
        EndpointDirectory elsewhere = new EndpointDirectory(
                store().transactions(), endpoints(), store().access(), new ReturnPaths(new byte[32]));
        here.refresh();
        String domain = "added-" + Samples.in(store()).workspace.domain();
        WorkspaceId added = workspacesOf(elsewhere)
                .add(new NewWorkspace("New", domain, "", "owner@" + domain, null, null))
                .workspace()
                .id();
        assertTrue(here.owns(added, domain), "else it would leave unsigned");
        assertFalse(here.owns(added, "other-" + domain));
        assertFalse(here.owns(Samples.in(store()).workspace.id(), domain));
        assertFalse(here.owns(WorkspaceId.at(Samples.NOW), domain));
        assertTrue(here.hosts(domain), "what was learned so counts for all");
    }

    @Test
    default void a_workspace_that_is_added_while_others_are_read_is_ours_for_good() {
        EndpointDirectory directory = new EndpointDirectory(
                store().transactions(), endpoints(), store().access(), new ReturnPaths(new byte[32]));
        WorkspaceSetup workspaces = workspacesOf(directory);
        directory.refresh();
        for (int round = 0; round < 30; round++) {
            String domain =
                    "round-" + round + '-' + Samples.in(store()).workspace.domain();
            List<Boolean> hosted = AtOnce.run(4, number -> {
                if (number > 1) {
                    return directory.hosts(domain);
                }
                workspaces.add(new NewWorkspace("New", number + domain, "", "owner@" + domain, null, null));
                return directory.hosts(number + domain);
            });
            assertEquals(List.of(true, true, false, false), hosted);
            assertTrue(directory.hosts(0 + domain) && directory.hosts(1 + domain));
        }
    }

    @Test
    default void a_change_is_kept_and_nothing_else_with_it() {
        Samples samples = Samples.in(store());
        Endpoint other = samples.keep(samples.newEndpoint("other"));
        Endpoint changed = samples.endpoint.with(
                Behaviour.DEFAULT
                        .with(new Behaviour.Admission(SenderPolicy.DOMAIN_ALLOWLIST, List.of("a.example"), 1.5))
                        .withEnabled(false),
                NOW.plusSeconds(9));
        store().transactions().run(tx -> endpoints().update(tx, changed));
        assertEquals(Optional.of(changed), in(tx -> endpoints().find(tx, samples.workspace.id(), changed.id())));
        assertEquals(Optional.of(other), in(tx -> endpoints().find(tx, samples.workspace.id(), other.id())));
    }

    @Test
    default void changes_of_one_endpoint_queue_up_behind_one_another() {
        Samples samples = Samples.in(store());
        EndpointId id = samples.endpoint.id();
        AtOnce.run(4, number -> {
            for (int i = 0; i < 10; i++) {
                store().transactions().run(tx -> {
                    Endpoint now =
                            endpoints().lock(tx, samples.workspace.id(), id).orElseThrow();
                    int turns = now.maxTurnsPerDay() + 1;
                    Behaviour next =
                            now.behaviour().with(now.behaviour().handler().withTurns(5, turns));
                    endpoints().update(tx, now.with(next, NOW));
                });
            }
            return true;
        });
        Endpoint after =
                in(tx -> endpoints().find(tx, samples.workspace.id(), id)).orElseThrow();
        assertEquals(50 + 40, after.maxTurnsPerDay());
        Samples strangers = Samples.in(store());
        assertEquals(Optional.empty(), in(tx -> endpoints().lock(tx, strangers.workspace.id(), id)));
    }

    private Endpoint named(Samples samples, Endpoint endpoint, String localPart) {
        return new Endpoint(
                endpoint.id(),
                endpoint.workspace(),
                localPart,
                samples.workspace.address(localPart),
                endpoint.kind(),
                endpoint.isSystem(),
                endpoint.behaviour(),
                endpoint.createdAt(),
                NOW.plusSeconds(5));
    }

    @Test
    default void a_former_address_leads_to_the_endpoint_until_another_one_takes_it() {
        Samples samples = Samples.in(store());
        Endpoint first = samples.endpoint;
        Endpoint taken = samples.keep(samples.newEndpoint("taken"));
        Endpoint second = named(samples, first, "hello");
        assertFalse(holds(tx -> endpoints().rename(tx, named(samples, first, "taken"))));
        assertEquals(Optional.of(first), in(tx -> endpoints().byAddress(tx, first.address())));
        assertTrue(holds(tx -> endpoints().rename(tx, second)));
        assertEquals(Optional.of(second), in(tx -> endpoints().byAddress(tx, second.address())));
        assertEquals(Optional.of(second), in(tx -> endpoints().byAddress(tx, first.address())), "the former one");
        assertEquals(Optional.of(taken), in(tx -> endpoints().byAddress(tx, taken.address())));
        Endpoint newcomer = samples.keep(samples.newEndpoint(first.localPart()));
        assertEquals(Optional.of(newcomer), in(tx -> endpoints().byAddress(tx, first.address())));
        assertFalse(holds(tx -> endpoints().rename(tx, first)), "now it is taken");
        Endpoint third = named(samples, first, "third");
        assertTrue(holds(tx -> endpoints().rename(tx, third)));
        assertTrue(
                holds(tx -> endpoints().rename(tx, named(samples, first, "hello"))), "and back to what it had before");
    }

    @Test
    default void a_removed_endpoint_is_found_by_those_who_look_for_its_mail_only() {
        Samples samples = Samples.in(store());
        Agent agent = samples.agent("Answerer");
        store().transactions().run(tx -> store().access().add(tx, agent, "sealed"));
        Endpoint gone = samples.keep(samples.newEndpoint("gone", agent.id()));
        WorkspaceId workspace = samples.workspace.id();
        assertEquals(Optional.empty(), in(tx -> endpoints().formerOwner(tx, gone.address())));
        assertTrue(holds(tx -> endpoints()
                .countArrival(tx, gone.id(), Count.NOTHING.received(1).awaitingReview(1), NOW)));

        List<String> freed = in(tx -> endpoints().remove(tx, gone.id(), samples.person.id(), NOW.plusSeconds(1)));

        assertEquals(List.of(gone.address()), freed);
        assertEquals(Optional.empty(), in(tx -> endpoints().find(tx, workspace, gone.id())));
        assertEquals(Optional.empty(), in(tx -> endpoints().lock(tx, workspace, gone.id())));
        assertEquals(Optional.empty(), in(tx -> endpoints().byAddress(tx, gone.address())));
        assertEquals(List.of(), in(tx -> endpoints().ofAgent(tx, workspace, agent.id(), 10)));
        assertEquals(List.of(samples.endpoint), in(tx -> endpoints().page(tx, workspace, null, 10)));
        Endpoint kept = in(tx -> endpoints().kept(tx, workspace, gone.id())).orElseThrow();
        assertEquals(gone.address(), kept.address());
        assertFalse(kept.enabled());
        assertEquals(null, kept.agent());
        assertEquals(List.of(kept), in(tx -> endpoints().all(tx, workspace, Set.of(gone.id()))));
        assertEquals(Optional.of(workspace), in(tx -> endpoints().formerOwner(tx, gone.address())));
        assertFalse(
                holds(tx -> endpoints()
                        .countArrival(tx, gone.id(), Count.NOTHING.received(1).unrouted(1), NOW)),
                "nothing comes in any more");
        count(gone.id(), Count.NOTHING.awaitingReview(-1));
        assertEquals(
                new EndpointCounters(1, 0, 0, 0, 0, 0, NOW),
                in(tx -> endpoints().counters(tx, workspace, List.of(gone.id())))
                        .getOrDefault(gone.id(), EndpointCounters.NONE),
                "what waited there is still settled");
        assertTrue(in(tx -> endpoints().closing(tx, 1000))
                .contains(new Closing(workspace, gone.id(), samples.person.id())));
        store().transactions().run(tx -> endpoints().closed(tx, gone.id()));
        assertFalse(in(tx -> endpoints().closing(tx, 1000)).stream()
                .anyMatch(closing -> closing.endpoint().equals(gone.id())));
        Endpoint again = samples.keep(samples.newEndpoint("gone"));
        assertEquals(Optional.of(again), in(tx -> endpoints().byAddress(tx, gone.address())));
    }

    @Test
    default void what_comes_while_an_endpoint_is_removed_is_counted_before_or_not_at_all() {
        Samples samples = Samples.in(store());
        for (int round = 0; round < 10; round++) {
            Endpoint gone = samples.keep(samples.newEndpoint("gone" + round));
            List<Boolean> done = AtOnce.run(
                    3,
                    number -> number == 0
                            ? !in(tx -> endpoints().remove(tx, gone.id(), samples.person.id(), NOW))
                                    .isEmpty()
                            : holds(tx -> endpoints()
                                    .countArrival(
                                            tx,
                                            gone.id(),
                                            Count.NOTHING.received(1).unrouted(1),
                                            NOW)));
            int counted = (done.get(1) ? 1 : 0) + (done.get(2) ? 1 : 0);
            assertEquals(
                    counted,
                    in(tx -> endpoints().counters(tx, samples.workspace.id(), List.of(gone.id())))
                            .getOrDefault(gone.id(), EndpointCounters.NONE)
                            .unrouted());
        }
    }

    @Test
    default void what_is_read_while_an_endpoint_changes_is_not_remembered_for_good() {
        Samples samples = Samples.in(store());
        EndpointDirectory directory = new EndpointDirectory(
                store().transactions(), endpoints(), store().access(), new ReturnPaths(new byte[32]));
        directory.refresh();
        EmailAddress address = EmailAddress.of(samples.endpoint.address());
        for (int round = 0; round < 50; round++) {
            boolean enabled = round % 2 == 0;
            Endpoint changed = samples.endpoint.with(Behaviour.DEFAULT.withEnabled(enabled), NOW);
            AtOnce.run(3, number -> {
                if (number > 0) {
                    return directory.find(address) instanceof Destination.Foreign;
                }
                store().transactions().run(tx -> {
                    endpoints().update(tx, changed);
                    tx.afterCommit(() -> directory.forget(changed.address()));
                });
                return true;
            });
            assertEquals(enabled, directory.find(address) instanceof Destination.Hosted);
        }
    }

    @Test
    default void an_address_is_given_once_whoever_asks() {
        Samples samples = Samples.in(store());
        Endpoint twin = samples.newEndpoint(samples.endpoint.localPart());
        assertFalse(holds(tx -> endpoints().add(tx, twin)));
        assertEquals(Optional.empty(), in(tx -> endpoints().find(tx, samples.workspace.id(), twin.id())));
        for (int round = 0; round < 5; round++) {
            List<Endpoint> rivals = List.of(samples.newEndpoint("rival" + round), samples.newEndpoint("rival" + round));
            List<Boolean> added = AtOnce.run(2, number -> in(tx -> endpoints().add(tx, rivals.get(number))));
            assertEquals(1, Collections.frequency(added, true));
            Endpoint winner = rivals.get(added.indexOf(true));
            assertEquals(Optional.of(winner), in(tx -> endpoints().byAddress(tx, winner.address())));
        }
    }

    @Test
    default void the_outbound_mailbox_is_the_one_that_was_made_so() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        assertEquals(Optional.empty(), in(tx -> endpoints().system(tx, samples.workspace.id())));
        Endpoint plain = samples.newEndpoint("mail");
        Endpoint system = new Endpoint(
                plain.id(),
                plain.workspace(),
                plain.localPart(),
                plain.address(),
                Endpoint.Kind.MAILBOX,
                true,
                Behaviour.DEFAULT.with(Endpoint.ReplyPolicy.NEVER_REPLY).withEnabled(false),
                NOW,
                NOW.plusSeconds(1));
        samples.keep(system);
        assertEquals(Optional.of(system), in(tx -> endpoints().system(tx, samples.workspace.id())));
        assertEquals(Optional.empty(), in(tx -> endpoints().system(tx, strangers.workspace.id())));
    }

    @Test
    default void pages_list_each_endpoint_of_the_workspace_once() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        List<Endpoint> all = new ArrayList<>(List.of(samples.endpoint));
        for (int i = 0; i < 6; i++) {
            all.add(samples.keep(samples.newEndpoint("box" + i)));
        }
        List<Endpoint> listed = new ArrayList<>(in(tx -> endpoints().page(tx, samples.workspace.id(), null, 3)));
        for (int i = 0; i < 3; i++) {
            EndpointId last = listed.getLast().id();
            listed.addAll(in(tx -> endpoints().page(tx, samples.workspace.id(), last, 3)));
        }
        all.sort(java.util.Comparator.comparing(endpoint -> endpoint.id().value()));
        assertEquals(all, listed);
        assertEquals(List.of(strangers.endpoint), in(tx -> endpoints().page(tx, strangers.workspace.id(), null, 10)));
    }

    @Test
    default void nothing_of_another_workspace_is_seen() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        EndpointId id = samples.endpoint.id();
        count(id, new Count(1, 1, 1, 1, 1, 1, true));
        assertEquals(Optional.empty(), in(tx -> endpoints().find(tx, strangers.workspace.id(), id)));
        assertEquals(
                Map.of(id, EndpointCounters.NONE),
                in(tx -> endpoints().counters(tx, strangers.workspace.id(), List.of(id))));
        assertEquals(EndpointCounters.NONE, in(tx -> endpoints().totals(tx, strangers.workspace.id())));
    }

    @Test
    default void counters_add_up_for_the_endpoint_and_the_workspace() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        EndpointId id = samples.endpoint.id();
        assertEquals(EndpointCounters.NONE, in(tx -> endpoints().totals(tx, samples.workspace.id())));
        count(id, Count.NOTHING.received(1).awaitingReview(1));
        count(id, Count.NOTHING.received(1).unrouted(1));
        count(id, Count.NOTHING.replied(1).awaitingReview(-1).escalated(1));
        count(support.id(), Count.NOTHING.received(1).awaitingReview(1));
        EndpointCounters ours = new EndpointCounters(2, 1, 0, 1, 0, 1, NOW);
        EndpointCounters theirs = new EndpointCounters(1, 0, 1, 0, 0, 0, NOW);
        assertEquals(
                Map.of(id, ours, support.id(), theirs),
                in(tx -> endpoints().counters(tx, samples.workspace.id(), List.of(id, support.id()))));
        assertEquals(
                new EndpointCounters(3, 1, 1, 1, 0, 1, NOW),
                in(tx -> endpoints().totals(tx, samples.workspace.id())));
        assertEquals(Map.of(), in(tx -> endpoints().counters(tx, samples.workspace.id(), List.of())));
    }

    @Test
    default void a_mail_that_came_or_went_is_the_last_and_one_that_is_held_back_is_not() {
        Samples samples = Samples.in(store());
        EndpointId id = samples.endpoint.id();
        count(id, Count.NOTHING.quarantined(1));
        assertNull(counters(samples, id).lastOccurredAt());
        count(id, Count.NOTHING.awaitingReview(1));
        assertNull(counters(samples, id).lastOccurredAt());
        for (Count mail : List.of(Count.NOTHING.sent(), Count.NOTHING.received(1), Count.NOTHING.replied(1))) {
            Endpoint other = samples.keep(samples.newEndpoint("box" + mail.received() + mail.replied()));
            count(other.id(), mail);
            assertEquals(NOW, counters(samples, other.id()).lastOccurredAt());
        }
    }

    private EndpointCounters counters(Samples samples, EndpointId id) {
        return in(tx -> endpoints().counters(tx, samples.workspace.id(), List.of(id)))
                .getOrDefault(id, EndpointCounters.NONE);
    }

    @Test
    default void no_count_is_lost_where_four_count_at_once() {
        Samples samples = Samples.in(store());
        EndpointId id = samples.endpoint.id();
        AtOnce.run(4, number -> {
            for (int i = 0; i < 25; i++) {
                count(id, Count.NOTHING.received(1).awaitingReview(1));
            }
            return true;
        });
        EndpointCounters sum = in(tx -> endpoints().totals(tx, samples.workspace.id()));
        assertEquals(100, sum.received());
        assertEquals(100, sum.awaitingReview());
    }

    @Test
    default void a_sender_has_its_turns_and_everybody_together_theirs() {
        Samples samples = Samples.in(store());
        EndpointId id = samples.endpoint.id();
        assertTrue(turn(id, "a@x.example", TODAY, 2, 3));
        assertTrue(turn(id, "a@x.example", TODAY, 2, 3));
        assertFalse(turn(id, "a@x.example", TODAY, 2, 3), "the sender had its two");
        assertFalse(turn(id, "a@x.example", TODAY, 2, 3));
        assertTrue(turn(id, "b@x.example", TODAY, 2, 3), "a refused turn counts for nobody");
        assertFalse(turn(id, "b@x.example", TODAY, 2, 3), "the day had its three");
        assertTrue(turn(id, "b@x.example", TODAY, 2, 4), "a turn that the day refused was not the sender's");
        assertTrue(turn(id, "a@x.example", TODAY.plusDays(1), 2, 3), "a new day");
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        assertTrue(turn(support.id(), "a@x.example", TODAY, 2, 3), "another endpoint");
    }

    @Test
    default void turns_of_days_long_gone_are_forgotten() {
        EndpointId id = Samples.in(store()).endpoint.id();
        LocalDate gone = TODAY.minusYears(1);
        assertTrue(turn(id, "a@x.example", gone, 1, 5));
        assertTrue(turn(id, "a@x.example", gone.plusDays(1), 1, 5));
        int forgotten = in(tx -> endpoints().forgetTurns(tx, gone.plusDays(1)));
        assertTrue(forgotten >= 2, "the sender's and the day's");
        assertTrue(turn(id, "a@x.example", gone, 1, 5));
        assertFalse(turn(id, "a@x.example", gone.plusDays(1), 1, 5), "the day itself is kept");
    }

    @Test
    default void a_limit_of_nothing_leaves_no_turn() {
        EndpointId id = Samples.in(store()).endpoint.id();
        assertFalse(turn(id, "a@x.example", TODAY, 0, 5));
        assertFalse(turn(id, "a@x.example", TODAY, 5, 0));
        assertTrue(turn(id, "a@x.example", TODAY, 1, 1));
    }

    @Test
    default void a_senders_limit_is_exact_under_eight_at_once() {
        EndpointId id = Samples.in(store()).endpoint.id();
        List<Integer> taken = AtOnce.run(8, number -> turns(id, "a@x.example", 3, 7, 50));
        assertEquals(7, taken.stream().mapToInt(Integer::intValue).sum());
        assertEquals(43, turns(id, "b@x.example", 50, 50, 50), "refused turns count for nobody");
    }

    @Test
    default void the_days_limit_is_exact_under_eight_at_once() {
        EndpointId id = Samples.in(store()).endpoint.id();
        List<Integer> taken = AtOnce.run(8, number -> turns(id, "p" + number % 4 + "@x.example", 10, 7, 20));
        assertEquals(20, taken.stream().mapToInt(Integer::intValue).sum());
        for (int sender = 0; sender < 4; sender++) {
            assertTrue(taken.get(sender) + taken.get(sender + 4) <= 7);
        }
    }

    private int turns(EndpointId endpoint, String sender, int tries, int perSender, int perDay) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += turn(endpoint, sender, TODAY, perSender, perDay) ? 1 : 0;
        }
        return taken;
    }

    private boolean turn(EndpointId endpoint, String sender, LocalDate day, int perSender, int perDay) {
        return holds(tx -> endpoints().takeTurn(tx, endpoint, sender, day, perSender, perDay));
    }

    private void count(EndpointId endpoint, Count change) {
        store().transactions().run(tx -> endpoints().count(tx, endpoint, change, NOW));
    }
}
