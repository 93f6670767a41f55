package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.chancery.core.access.Agent;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TokenSight;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.access.TokenStanding.State;
import org.chancery.core.access.User;
import org.chancery.core.audit.Channel;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link TokenRepository} has to do. */
public interface TokenContract {
    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private void run(Consumer<Tx> work) {
        store().transactions().run(work);
    }

    private TokenRepository tokens() {
        return store().tokens();
    }

    private static Token token(Samples samples, @Nullable EndpointId endpoint, @Nullable AgentId agent) {
        return new Token(
                TokenId.at(NOW),
                samples.workspace.id(),
                "sample",
                Grant.of(EnumSet.of(Scope.EMAIL_READ)),
                endpoint,
                agent,
                samples.person.id(),
                NOW);
    }

    private Token kept(Samples samples, @Nullable EndpointId endpoint, @Nullable AgentId agent) {
        return kept(token(samples, endpoint, agent), TokenSecret.generate());
    }

    private Token kept(Token token, TokenSecret secret) {
        assertTrue(store().transactions().<Boolean>in(tx -> store().access().add(tx, token, secret.hash())));
        return token;
    }

    private List<Token> seen(TokenSight sight) {
        return in(tx -> tokens().tokens(tx, sight, null, 100)).stream()
                .map(TokenStanding::token)
                .toList();
    }

    private static List<Token> sorted(Token... tokens) {
        List<Token> sorted = new ArrayList<>(List.of(tokens));
        sorted.sort(Comparator.comparing(token -> token.id().value()));
        return sorted;
    }

    @Test
    default void everybody_sees_their_own_and_admins_all_of_their_workspace() {
        Samples samples = Samples.in(store());
        Agent agent = samples.keptAgent("Answerer");
        EndpointId inbox = samples.endpoint.id();
        Token personal = kept(samples, null, null);
        Token ofInbox = kept(samples, inbox, null);
        Token ofAgent = kept(samples, null, agent.id());
        Token ofBoth = kept(samples, inbox, agent.id());
        Samples strangers = Samples.in(store());
        Token theirs = kept(strangers, null, null);

        var workspace = samples.workspace.id();
        assertEquals(sorted(personal, ofInbox, ofAgent, ofBoth), seen(new TokenSight.All(workspace)));
        assertEquals(List.of(personal), seen(new TokenSight.OfPerson(workspace, samples.person.id())));
        assertEquals(List.of(), seen(new TokenSight.OfPerson(workspace, strangers.person.id())));
        assertEquals(sorted(ofAgent, ofBoth), seen(new TokenSight.OfAgent(workspace, agent.id())));
        assertEquals(List.of(ofInbox), seen(new TokenSight.OfInbox(workspace, inbox, null)));
        assertEquals(List.of(ofBoth), seen(new TokenSight.OfInbox(workspace, inbox, agent.id())));
        TokenSight own = new TokenSight.OfPerson(workspace, samples.person.id());
        assertEquals(
                Optional.of(personal),
                in(tx -> tokens().token(tx, own, personal.id())).map(TokenStanding::token));
        assertEquals(Optional.empty(), in(tx -> tokens().token(tx, own, ofInbox.id())));
        assertEquals(Optional.empty(), in(tx -> tokens().token(tx, new TokenSight.All(workspace), theirs.id())));
    }

    @Test
    default void tokens_are_paged_oldest_first_without_the_sessions_among_them() {
        Samples samples = Samples.in(store());
        TokenSight all = new TokenSight.All(samples.workspace.id());
        Token first = kept(samples, null, null);
        Token session = token(samples, null, null);
        run(tx -> store().signIns().open(tx, session, TokenSecret.generate().hash()));
        Token second = kept(samples, null, null);
        List<Token> both = sorted(first, second);

        assertEquals(both, seen(all));
        assertEquals(1, in(tx -> tokens().tokens(tx, all, null, 1)).size());
        assertEquals(
                both.subList(1, 2),
                in(tx -> tokens().tokens(tx, all, both.getFirst().id(), 10)).stream()
                        .map(TokenStanding::token)
                        .toList());
        assertEquals(Optional.empty(), in(tx -> tokens().token(tx, all, session.id())));
    }

    @Test
    default void label_and_grant_change() {
        Samples samples = Samples.in(store());
        Token before = kept(samples, samples.endpoint.id(), null);
        ApprovalRules rules = ApprovalRuleTree.read(List.of("email:send"), "");
        Grant grant = new Grant(EnumSet.of(Scope.EMAIL_SEND, Scope.TOKENS_WRITE), rules, NOW.plusSeconds(7));
        Token after = new Token(
                before.id(),
                before.workspace(),
                "Größer \uD83D\uDE00",
                grant,
                before.endpoint(),
                before.agent(),
                before.maker(),
                before.createdAt());
        run(tx -> tokens().change(tx, after));
        assertEquals(List.of(after), seen(new TokenSight.All(samples.workspace.id())));

        Token unbounded = new Token(
                before.id(),
                before.workspace(),
                "again",
                Grant.of(EnumSet.of(Scope.EMAIL_READ)),
                before.endpoint(),
                before.agent(),
                before.maker(),
                before.createdAt());
        run(tx -> tokens().change(tx, unbounded));
        assertEquals(List.of(unbounded), seen(new TokenSight.All(samples.workspace.id())));
    }

    @Test
    default void a_new_secret_takes_the_place_of_the_old_one() {
        Samples samples = Samples.in(store());
        TokenSecret old = TokenSecret.generate();
        TokenSecret fresh = TokenSecret.generate();
        Token token = kept(token(samples, null, null), old);
        run(tx -> tokens().replaceSecret(tx, token.id(), fresh.hash()));
        assertEquals(Optional.empty(), in(tx -> store().access().standing(tx, old.hash())));
        assertEquals(
                Optional.of(token),
                in(tx -> store().access().standing(tx, fresh.hash())).map(TokenStanding::token));
    }

    @Test
    default void a_revoked_token_is_found_nowhere() {
        Samples samples = Samples.in(store());
        TokenSecret secret = TokenSecret.generate();
        Token token = kept(token(samples, null, null), secret);
        run(tx -> tokens().revoke(tx, token.id(), NOW));
        TokenSight all = new TokenSight.All(samples.workspace.id());
        assertEquals(List.of(), seen(all));
        assertEquals(Optional.empty(), in(tx -> tokens().token(tx, all, token.id())));
        assertEquals(Optional.empty(), in(tx -> store().access().standing(tx, secret.hash())));
        assertEquals(Optional.empty(), in(tx -> store().access().token(tx, samples.workspace.id(), token.id())));
    }

    private Optional<Instant> lastUse(Samples samples, Token token) {
        return in(tx -> store().access().token(tx, samples.workspace.id(), token.id()))
                .flatMap(kept -> Optional.ofNullable(kept.lastUsedAt()));
    }

    @Test
    default void a_use_is_noted_unless_another_was_a_little_before() {
        Samples samples = Samples.in(store());
        Token token = kept(samples, null, null);
        assertEquals(Optional.empty(), lastUse(samples, token));
        run(tx -> tokens().used(tx, token.id(), NOW, NOW.minusSeconds(60)));
        assertEquals(Optional.of(NOW), lastUse(samples, token));
        run(tx -> tokens().used(tx, token.id(), NOW.plusSeconds(59), NOW.minusSeconds(1)));
        assertEquals(Optional.of(NOW), lastUse(samples, token));
        run(tx -> tokens().used(tx, token.id(), NOW.plusSeconds(60), NOW));
        assertEquals(Optional.of(NOW.plusSeconds(60)), lastUse(samples, token));
    }

    private State state(Samples samples, Token token) {
        return in(tx -> tokens().token(tx, new TokenSight.All(samples.workspace.id()), token.id()))
                .orElseThrow()
                .state(NOW);
    }

    @Test
    default void a_token_stands_as_its_inbox_its_agent_and_its_person_do() {
        Samples samples = Samples.in(store());
        Agent agent = samples.keptAgent("Answerer");
        Token personal = kept(samples, null, null);
        Token ofInbox = kept(samples, samples.endpoint.id(), null);
        Token ofAgent = kept(samples, null, agent.id());
        for (Token token : List.of(personal, ofInbox, ofAgent)) {
            assertEquals(State.ACTIVE, state(samples, token));
        }

        run(tx -> store().access().update(tx, with(agent, Agent.Status.PAUSED)));
        assertEquals(State.ACTIVE, state(samples, ofAgent));
        run(tx -> store().access().update(tx, with(agent, Agent.Status.DISABLED)));
        assertEquals(State.AGENT_DISABLED, state(samples, ofAgent));
        assertEquals(State.ACTIVE, state(samples, ofInbox));
        run(tx -> store().access().delete(tx, agent.id(), NOW));
        assertEquals(State.AGENT_DELETED, state(samples, ofAgent));

        run(tx -> store().access().update(tx, samples.disabled(samples.person)));
        for (Token token : List.of(personal, ofInbox)) {
            assertEquals(State.PERSON_DISABLED, state(samples, token));
        }
        assertEquals(State.AGENT_DELETED, state(samples, ofAgent));
    }

    private static Agent with(Agent agent, Agent.Status status) {
        return new Agent(
                agent.id(),
                agent.workspace(),
                agent.name(),
                agent.type(),
                status,
                agent.executionMode(),
                agent.owner(),
                agent.webhookUrl(),
                agent.createdAt(),
                agent.updatedAt());
    }

    @Test
    default void another_person_takes_over_a_token() {
        Samples samples = Samples.in(store());
        User other = samples.user("ben@elsewhere.example", Role.ADMIN);
        assertTrue(store().transactions().<Boolean>in(tx -> store().access().add(tx, other)));
        Token token = kept(samples, samples.endpoint.id(), null);
        run(tx -> tokens().handOver(tx, token.id(), other.id()));
        assertEquals(
                List.of(other.id()),
                seen(new TokenSight.All(samples.workspace.id())).stream()
                        .map(Token::maker)
                        .toList());
    }

    private Principal again(Principal caller) {
        return in(tx -> store().access().again(tx, caller, NOW));
    }

    @Test
    default void a_caller_is_looked_at_again_as_they_are_now() {
        Samples samples = Samples.in(store());
        User ben = samples.user("ben@elsewhere.example", Role.ADMIN);
        assertTrue(store().transactions().<Boolean>in(tx -> store().access().add(tx, ben)));
        Token own = new Token(
                TokenId.at(NOW),
                samples.workspace.id(),
                "sample",
                Grant.of(EnumSet.of(Scope.ADMIN)),
                null,
                null,
                ben.id(),
                NOW);
        kept(own, TokenSecret.generate());
        Principal caller = in(tx -> store().access().standing(tx, own.workspace(), own.id()))
                .orElseThrow()
                .principal(NOW)
                .orElseThrow()
                .through(Channel.SMTP);
        assertEquals(caller, again(caller));

        User demoted =
                new User(ben.id(), ben.workspace(), ben.email(), ben.name(), Role.MEMBER, List.of(), ben.createdAt());
        run(tx -> store().access().update(tx, demoted));
        assertTrue(caller.isAdmin() && !again(caller).isAdmin());

        run(tx -> tokens().revoke(tx, own.id(), NOW));
        assertEquals(
                "token_ended",
                assertThrows(CallerFault.class, () -> again(caller)).code());
    }
}
