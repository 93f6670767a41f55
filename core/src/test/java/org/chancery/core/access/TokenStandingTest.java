package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.TokenStanding.Handler;
import org.chancery.core.access.TokenStanding.Inbox;
import org.chancery.core.access.TokenStanding.Maker;
import org.chancery.core.access.TokenStanding.State;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenStandingTest {
    private static final Instant NOW = Instant.parse("2026-11-30T20:00:00Z");
    private static final EndpointId DESK = EndpointId.at(NOW);
    private static final AgentId HELPER = AgentId.at(NOW);
    private static final Maker ADMIN = new Maker("ann@acme.example", Role.ADMIN, false);
    private static final Inbox INBOX = new Inbox(DESK, "desk@acme.example", null);
    private static final Inbox HELPERS_INBOX = new Inbox(DESK, "desk@acme.example", HELPER);
    private static final Handler ACTIVE = new Handler(HELPER, "helper", Agent.Status.ACTIVE);

    private static Token token(@Nullable EndpointId endpoint, @Nullable AgentId agent, Scope... scopes) {
        Grant grant = new Grant(Set.of(scopes), ApprovalRules.NONE, NOW.plusSeconds(60));
        return new Token(TokenId.at(NOW), WorkspaceId.at(NOW), "sample", grant, endpoint, agent, UserId.at(NOW), NOW);
    }

    private static TokenStanding standing(Token token, Maker maker, @Nullable Inbox inbox, @Nullable Handler agent) {
        return new TokenStanding(new KeptToken(token, false, null), maker, inbox, agent);
    }

    private static Actor actor(TokenStanding standing) {
        return standing.principal(NOW).orElseThrow().actor();
    }

    private static void assertOut(State state, TokenStanding standing) {
        assertEquals(state, standing.state(NOW));
        assertEquals(Optional.empty(), standing.principal(NOW));
    }

    @Test
    void it_acts_for_its_agent_or_its_inboxs_agent_or_its_inbox_and_else_for_its_person() {
        assertInstanceOf(Actor.Program.class, actor(standing(token(null, HELPER), ADMIN, null, ACTIVE)));
        assertInstanceOf(Actor.Program.class, actor(standing(token(DESK, null), ADMIN, HELPERS_INBOX, ACTIVE)));
        assertInstanceOf(Actor.Address.class, actor(standing(token(DESK, null), ADMIN, INBOX, null)));
        assertInstanceOf(Actor.Person.class, actor(standing(token(null, null), ADMIN, null, null)));
    }

    @Test
    void it_lets_nobody_in_when_what_it_rests_on_is_gone() {
        assertOut(State.INBOX_REMOVED, standing(token(DESK, null), ADMIN, null, null));
        assertOut(State.AGENT_DELETED, standing(token(null, HELPER), ADMIN, null, null));
        assertOut(State.AGENT_DELETED, standing(token(DESK, null), ADMIN, HELPERS_INBOX, null));
        Handler disabled = new Handler(HELPER, "helper", Agent.Status.DISABLED);
        assertOut(State.AGENT_DISABLED, standing(token(null, HELPER), ADMIN, null, disabled));
        Maker left = new Maker("ann@acme.example", Role.ADMIN, true);
        assertOut(State.PERSON_DISABLED, standing(token(null, null), left, null, null));
        assertOut(State.PERSON_DISABLED, standing(token(null, HELPER), left, null, ACTIVE));
        assertOut(
                State.UNREADABLE,
                new TokenStanding(new KeptToken(token(null, null), false, null, false), ADMIN, null, null));
        assertEquals(
                State.EXPIRED, standing(token(null, null), ADMIN, null, null).state(NOW.plusSeconds(60)));
    }

    @Test
    void a_paused_agent_may_still_read() {
        Handler paused = new Handler(HELPER, "helper", Agent.Status.PAUSED);
        assertEquals(
                State.ACTIVE, standing(token(null, HELPER), ADMIN, null, paused).state(NOW));
    }

    private static Set<Scope> scopes(boolean isSession, Role role, Scope... scopes) {
        return new TokenStanding(
                        new KeptToken(token(null, null, scopes), isSession, null),
                        new Maker("ann@acme.example", role, false),
                        null,
                        null)
                .principal(NOW)
                .orElseThrow()
                .scopes();
    }

    @Test
    void a_session_gives_what_the_role_gives_now_and_a_token_of_a_member_no_admin() {
        assertEquals(Role.MEMBER.scopes(), scopes(true, Role.MEMBER, Scope.ADMIN));
        assertEquals(Role.ADMIN.scopes(), scopes(true, Role.ADMIN, Scope.EMAIL_READ));
        assertEquals(Set.of(Scope.EMAIL_SEND), scopes(false, Role.MEMBER, Scope.ADMIN, Scope.EMAIL_SEND));
        assertEquals(Set.of(Scope.ADMIN, Scope.EMAIL_SEND), scopes(false, Role.OWNER, Scope.ADMIN, Scope.EMAIL_SEND));
    }
}
