package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Agent;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

/** What an {@link AccessRepository} has to do. */
public interface AccessContract {
    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private AccessRepository access() {
        return store().access();
    }

    @Test
    default void of_two_who_bind_an_address_at_once_one_does() {
        Samples samples = Samples.in(store());
        User other = samples.user("ben@" + samples.workspace.domain(), Role.MEMBER);
        assertTrue(holds(tx -> access().add(tx, other)));
        List<User> people = List.of(samples.person, other);
        List<Boolean> bound =
                AtOnce.run(2, number -> holds(tx -> access().bind(tx, people.get(number), "ada@customer.example")));
        assertEquals(1, Collections.frequency(bound, true));
        assertEquals(
                Optional.of(people.get(bound.indexOf(true)).id()),
                in(tx -> access().holderOf(tx, samples.workspace.id(), "ada@customer.example")));
    }

    @Test
    default void a_workspace_has_its_domain_and_slug_for_itself() {
        Workspace first = Samples.in(store()).workspace;
        Workspace twin = new Workspace(WorkspaceId.at(NOW), "Twin", first.domain(), first.slug(), NOW);
        Workspace neighbour = new Workspace(WorkspaceId.at(NOW), "Nächste \uD83D\uDE00", first.domain(), "acme", NOW);
        assertFalse(holds(tx -> access().add(tx, twin)));
        assertTrue(holds(tx -> access().add(tx, neighbour)));
        assertEquals(Optional.of(first), in(tx -> access().workspace(tx, first.id())));
        assertEquals(Optional.empty(), in(tx -> access().workspace(tx, twin.id())));
        assertEquals(Optional.of(first), in(tx -> access().workspace(tx, first.domain(), "")));
        assertEquals(Optional.of(neighbour), in(tx -> access().workspace(tx, first.domain(), "acme")));
        assertEquals(Optional.empty(), in(tx -> access().workspace(tx, first.domain(), "other")));
        assertTrue(in(access()::workspaces).containsAll(List.of(first, neighbour)));
    }

    @Test
    default void of_two_who_make_the_same_workspace_at_once_one_does() {
        Workspace known = Samples.in(store()).workspace;
        for (int round = 0; round < 5; round++) {
            String slug = "s" + round;
            List<Boolean> added = AtOnce.run(
                    2,
                    number -> in(tx ->
                            access().add(tx, new Workspace(WorkspaceId.at(NOW), "W", known.domain(), slug, NOW))));
            assertEquals(1, Collections.frequency(added, true));
        }
    }

    @Test
    default void a_person_is_in_a_workspace_once_by_email() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        User member = samples.user("bob@elsewhere.example", Role.MEMBER);
        assertTrue(holds(tx -> access().add(tx, member)));
        assertFalse(holds(tx -> access().add(tx, samples.user("bob@elsewhere.example", Role.ADMIN))));
        assertTrue(holds(tx -> access().add(tx, strangers.user("bob@elsewhere.example", Role.ADMIN))));
        assertEquals(Optional.of(member), in(tx -> access().user(tx, workspace, member.id())));
        assertEquals(Optional.of(member), in(tx -> access().userByEmail(tx, workspace, member.email())));
        assertEquals(Optional.of(samples.person), in(tx -> access().user(tx, workspace, samples.person.id())));
        assertEquals(Optional.empty(), in(tx -> access().userByEmail(tx, workspace, "eve@elsewhere.example")));
    }

    @Test
    default void people_are_listed_oldest_first_and_change_their_name_and_role() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        User member = samples.user("bob@elsewhere.example", Role.MEMBER);
        holds(tx -> access().add(tx, member));
        List<User> all = new ArrayList<>(List.of(samples.person, member));
        all.sort(Comparator.comparing(user -> user.id().value()));
        assertEquals(all, in(tx -> access().users(tx, workspace, null, 10)));
        assertEquals(
                all.subList(1, 2),
                in(tx -> access().users(tx, workspace, all.getFirst().id(), 10)));
        assertEquals(1, in(tx -> access().users(tx, workspace, null, 1)).size());
        assertEquals(Integer.valueOf(1), in(tx -> access().owners(tx, workspace)));
        User promoted = new User(
                member.id(), workspace, member.email(), "Bob", Role.OWNER, member.addresses(), member.createdAt());
        store().transactions().run(tx -> access().update(tx, promoted));
        assertEquals(Optional.of(promoted), in(tx -> access().user(tx, workspace, member.id())));
        assertEquals(Integer.valueOf(2), in(tx -> access().owners(tx, workspace)));
        User disabled = samples.disabled(promoted);
        store().transactions().run(tx -> access().update(tx, disabled));
        assertEquals(Optional.of(disabled), in(tx -> access().user(tx, workspace, member.id())));
        assertEquals(Integer.valueOf(1), in(tx -> access().owners(tx, workspace)), "who is disabled owns nothing");
    }

    @Test
    default void an_address_is_bound_to_one_person_of_a_workspace_at_a_time() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        User member = samples.user("bob@elsewhere.example", Role.MEMBER);
        holds(tx -> access().add(tx, member));
        String address = "ada@customer.example";
        assertEquals(Optional.empty(), in(tx -> access().holderOf(tx, workspace, address)));
        assertTrue(holds(tx -> access().bind(tx, samples.person, address)));
        assertFalse(holds(tx -> access().bind(tx, member, address)));
        assertTrue(holds(tx -> access().bind(tx, strangers.person, address)), "another workspace");
        assertEquals(Optional.of(samples.person.id()), in(tx -> access().holderOf(tx, workspace, address)));
        store().transactions().run(tx -> access().unbind(tx, member, address));
        assertEquals(Optional.of(samples.person.id()), in(tx -> access().holderOf(tx, workspace, address)), "not his");
        store().transactions().run(tx -> access().unbind(tx, samples.person, address));
        assertTrue(holds(tx -> access().bind(tx, member, address)));
        User now = in(tx -> access().user(tx, workspace, member.id())).orElseThrow();
        assertEquals(List.of(address, "bob@elsewhere.example"), now.addresses());
    }

    @Test
    default void who_locks_a_workspace_goes_first() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        List<Integer> owners = AtOnce.run(
                4,
                number -> in(tx -> {
                    access().lockWorkspace(tx, workspace);
                    int seen = access().owners(tx, workspace);
                    holds(tx, samples.user("owner" + number + "@elsewhere.example", Role.OWNER));
                    return seen;
                }));
        assertEquals(List.of(1, 2, 3, 4), owners.stream().sorted().toList());
    }

    private boolean holds(Tx tx, User user) {
        return access().add(tx, user);
    }

    @Test
    default void agents_are_listed_each_once() {
        Samples samples = Samples.in(store());
        List<Agent> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Agent agent = samples.agent("Agent " + i);
            store().transactions().run(tx -> access().add(tx, agent, "sealed"));
            all.add(agent);
        }
        all.sort(Comparator.comparing(agent -> agent.id().value()));
        List<Agent> listed = new ArrayList<>(in(tx -> access().agents(tx, samples.workspace.id(), null, 3)));
        for (int i = 0; i < 3; i++) {
            AgentId last = listed.getLast().id();
            listed.addAll(in(tx -> access().agents(tx, samples.workspace.id(), last, 3)));
        }
        assertEquals(all, listed);
        Agent first = all.getFirst();
        assertEquals(Optional.of(first), in(tx -> access().agent(tx, samples.workspace.id(), first.id())));
    }

    @Test
    default void an_agent_changes_and_keeps_its_secret_until_it_gets_another() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        Agent agent = samples.keptAgent("Answerer");
        Agent changed = new Agent(
                agent.id(),
                workspace,
                "Réponse",
                "support",
                Agent.Status.PAUSED,
                Agent.ExecutionMode.EXTERNAL,
                null,
                "https://hooks.example/a?b=c",
                agent.createdAt(),
                NOW.plusSeconds(1));
        assertEquals(Optional.of(agent), in(tx -> access().lockAgent(tx, workspace, agent.id())));
        store().transactions().run(tx -> access().update(tx, changed));
        assertEquals(Optional.of(changed), in(tx -> access().agent(tx, workspace, agent.id())));
        assertEquals(Optional.of("sealed"), in(tx -> access().webhookSecret(tx, agent.id())));
        store().transactions().run(tx -> access().setWebhookSecret(tx, agent.id(), "sealed anew"));
        assertEquals(Optional.of("sealed anew"), in(tx -> access().webhookSecret(tx, agent.id())));
    }

    @Test
    default void a_deleted_agent_is_found_nowhere_and_has_no_secret() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        Agent agent = samples.keptAgent("Answerer");
        Agent other = samples.keptAgent("Other");
        store().transactions().run(tx -> access().delete(tx, agent.id(), NOW));
        assertEquals(Optional.empty(), in(tx -> access().agent(tx, workspace, agent.id())));
        assertEquals(Optional.empty(), in(tx -> access().lockAgent(tx, workspace, agent.id())));
        assertEquals(List.of(other), in(tx -> access().agents(tx, workspace, null, 10)));
        assertEquals(Optional.empty(), in(tx -> access().webhookSecret(tx, agent.id())));
    }

    /** Rules in which everything stands that a rule can say. */
    private static ApprovalRules rules() {
        Object conditional = Map.of(
                "action",
                "email:send",
                "when",
                Map.of(
                        "recipient_domain_in",
                        List.of("*.example.com", "xn--bcher-kva.example"),
                        "recipient_domain_not_in",
                        List.of("ours.example"),
                        "recipients_over",
                        3,
                        "first_contact",
                        true,
                        "has_attachments",
                        false,
                        "generated",
                        true,
                        "reply",
                        false),
                "reviewers",
                2,
                "expires_after",
                "90m");
        return ApprovalRuleTree.read(List.of("email:send", conditional), "");
    }

    @Test
    default void a_token_is_found_by_the_hash_of_its_secret() {
        Samples samples = Samples.in(store());
        Agent agent = samples.agent("Answerer");
        Token token = new Token(
                TokenId.at(NOW),
                samples.workspace.id(),
                "for the agent",
                new Grant(EnumSet.allOf(Scope.class), rules(), NOW.plusSeconds(1)),
                samples.endpoint.id(),
                agent.id(),
                samples.person.id(),
                NOW);
        Token second = new Token(
                TokenId.at(NOW),
                samples.workspace.id(),
                "other",
                Grant.of(EnumSet.of(Scope.ADMIN)),
                null,
                null,
                samples.person.id(),
                NOW);
        String hash = TokenSecret.generate().hash();
        in(tx -> {
            access().add(tx, agent, "sealed");
            return access().add(tx, token, hash);
        });
        assertFalse(holds(tx -> access().add(tx, second, hash)), "the secret is in use");
        Optional<KeptToken> kept = Optional.of(new KeptToken(token, false, null));
        TokenStanding standing = in(tx -> access().standing(tx, hash)).orElseThrow();
        assertEquals(token, standing.token());
        assertEquals(new TokenStanding.Maker(samples.person.email(), samples.person.role(), false), standing.maker());
        assertEquals(
                new TokenStanding.Inbox(samples.endpoint.id(), samples.endpoint.address(), samples.endpoint.agent()),
                standing.inbox());
        assertEquals(new TokenStanding.Handler(agent.id(), agent.name(), agent.status()), standing.agent());
        assertEquals(Optional.of(standing), in(tx -> access().standing(tx, samples.workspace.id(), token.id())));
        assertEquals(kept, in(tx -> access().token(tx, samples.workspace.id(), token.id())));
        assertEquals(Optional.empty(), in(tx -> access().token(tx, samples.workspace.id(), second.id())));
        String other = TokenSecret.generate().hash();
        assertEquals(Optional.empty(), in(tx -> access().standing(tx, other)));
        assertTrue(holds(tx -> access().add(tx, second, other)));
        assertEquals(Optional.of(second), in(tx -> access().standing(tx, other)).map(TokenStanding::token));
    }

    @Test
    default void nothing_of_another_workspace_is_seen() {
        Samples samples = Samples.in(store());
        WorkspaceId foreign = Samples.in(store()).workspace.id();
        Agent agent = samples.agent("Answerer");
        store().transactions().run(tx -> access().add(tx, agent, "sealed"));
        TokenId token = samples.keptToken();
        assertEquals(Optional.empty(), in(tx -> access().user(tx, foreign, samples.person.id())));
        assertEquals(Optional.empty(), in(tx -> access().userByEmail(tx, foreign, samples.person.email())));
        assertEquals(Optional.empty(), in(tx -> access().agent(tx, foreign, agent.id())));
        assertEquals(List.of(), in(tx -> access().agents(tx, foreign, null, 10)));
        assertEquals(Optional.empty(), in(tx -> access().token(tx, foreign, token)));
        assertEquals(Optional.empty(), in(tx -> access().standing(tx, foreign, token)));
    }
}
