package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TokenLimitTest {
    private static final Instant NOW = Instant.parse("2026-11-30T20:00:00Z");
    private static final WorkspaceId WORKSPACE = WorkspaceId.at(NOW);
    private static final UserId ANN = UserId.at(NOW);
    private static final UserId BOB = UserId.at(NOW);
    private static final EndpointId DESK = EndpointId.at(NOW);
    private static final AgentId HELPER = AgentId.at(NOW);
    private static final AgentId OTHER = AgentId.at(NOW);
    private static final ApprovalRules ALL = ApprovalRuleTree.read(List.of("email:send"), "");
    private static final ApprovalRules SOME =
            ApprovalRuleTree.read(List.of(Map.of("action", "email:send", "when", Map.of("first_contact", true))), "");

    private static Grant grant(ApprovalRules rules, @Nullable Instant expiresAt, Scope... scopes) {
        return new Grant(Set.of(scopes), rules, expiresAt);
    }

    private static Token token(Grant grant, @Nullable EndpointId endpoint, @Nullable AgentId agent) {
        return new Token(TokenId.at(NOW), WORKSPACE, "sample", grant, endpoint, agent, ANN, NOW);
    }

    /** The limit of whoever holds the token. */
    private static TokenLimit of(Token own, boolean isSession) {
        Actor actor = own.agent() != null
                ? new Actor.Program(own.agent(), "helper")
                : own.endpoint() != null
                        ? new Actor.Address(own.endpoint(), "desk@acme.example")
                        : new Actor.Person(ANN, "ann@acme.example");
        Principal by = new Principal(own.id(), WORKSPACE, actor, ANN, own.endpoint(), own.grant());
        return new TokenLimit(by, new KeptToken(own, isSession, null));
    }

    private static TokenLimit of(Grant grant) {
        return of(token(grant, null, null), false);
    }

    private static void assertRefused(String code, Executable call) {
        CallerFault fault = assertThrows(CallerFault.class, call);
        assertEquals(code, fault.code());
        assertEquals(CallerFault.Kind.FORBIDDEN, fault.kind());
    }

    @Test
    void nobody_gives_a_scope_that_they_do_not_have() {
        TokenLimit limit = of(grant(ApprovalRules.NONE, null, Scope.TOKENS_WRITE, Scope.EMAIL_READ));
        assertDoesNotThrow(() -> limit.requireWithin(grant(ApprovalRules.NONE, null, Scope.EMAIL_READ)));
        assertRefused("scope_escalation", () -> limit.requireWithin(grant(ALL, null, Scope.EMAIL_SEND)));
        assertRefused("scope_escalation", () -> limit.requireWithin(grant(ALL, null, Scope.ADMIN)));
    }

    @Test
    void whoever_is_no_admin_any_more_gives_nothing_by_what_their_token_says() {
        Token own = token(grant(ApprovalRules.NONE, null, Scope.ADMIN), null, null);
        Grant left = grant(ApprovalRules.NONE, null);
        Principal by = new Principal(own.id(), WORKSPACE, new Actor.Person(ANN, "ann"), ANN, null, left);
        TokenLimit limit = new TokenLimit(by, new KeptToken(own, false, null));
        assertRefused("scope_escalation", () -> limit.requireWithin(grant(ALL, null, Scope.EMAIL_READ)));
        assertEquals(new TokenSight.OfPerson(WORKSPACE, ANN), limit.sight());
    }

    @Test
    void a_restricted_token_gives_nothing_less_restricted() {
        TokenLimit restricted = of(grant(ALL, null, Scope.ADMIN));
        assertDoesNotThrow(() -> restricted.requireWithin(grant(ALL, null, Scope.EMAIL_SEND)));
        assertRefused("approval_escalation", () -> restricted.requireWithin(grant(SOME, null, Scope.EMAIL_SEND)));
        assertRefused(
                "approval_escalation",
                () -> restricted.requireWithin(grant(ApprovalRules.NONE, null, Scope.EMAIL_READ)));
        TokenLimit free = of(grant(ApprovalRules.NONE, null, Scope.ADMIN));
        assertDoesNotThrow(() -> free.requireWithin(grant(ApprovalRules.NONE, null, Scope.EMAIL_SEND)));
    }

    @Test
    void a_restricted_token_loosens_no_other_one_even_where_that_stays_stricter_than_itself() {
        TokenLimit restricted = of(grant(SOME, null, Scope.ADMIN));
        assertRefused("approval_escalation", () -> restricted.requireNotLoosened(ALL, SOME));
        assertDoesNotThrow(() -> restricted.requireNotLoosened(SOME, ALL));
        TokenLimit free = of(grant(ApprovalRules.NONE, null, Scope.ADMIN));
        assertDoesNotThrow(() -> free.requireNotLoosened(ALL, ApprovalRules.NONE));
    }

    @Test
    void nothing_outlives_the_token_that_it_came_from_but_a_session() {
        Instant end = NOW.plusSeconds(3600);
        Token own = token(grant(ApprovalRules.NONE, end, Scope.ADMIN), null, null);
        assertDoesNotThrow(() -> of(own, false).requireWithin(grant(ALL, end, Scope.EMAIL_READ)));
        assertRefused(
                "expiry_escalation",
                () -> of(own, false).requireWithin(grant(ALL, end.plusMillis(1), Scope.EMAIL_READ)));
        assertRefused("expiry_escalation", () -> of(own, false).requireWithin(grant(ALL, null, Scope.EMAIL_READ)));
        assertDoesNotThrow(() -> of(own, true).requireWithin(grant(ALL, null, Scope.EMAIL_READ)));
    }

    @Test
    void a_programs_token_reaches_no_other_inbox_agent_or_person() {
        Grant some = grant(ApprovalRules.NONE, null, Scope.TOKENS_WRITE);
        TokenLimit ofInbox = of(token(some, DESK, null), false);
        assertDoesNotThrow(() -> ofInbox.requireReach(DESK, null));
        assertRefused("reach_escalation", () -> ofInbox.requireReach(DESK, HELPER));
        assertRefused("reach_escalation", () -> ofInbox.requireReach(EndpointId.at(NOW), null));
        assertRefused("reach_escalation", () -> ofInbox.requireReach(null, null));

        TokenLimit ofAgent = of(token(some, null, HELPER), false);
        assertDoesNotThrow(() -> ofAgent.requireReach(null, HELPER));
        assertDoesNotThrow(() -> ofAgent.requireReach(DESK, HELPER));
        assertRefused("reach_escalation", () -> ofAgent.requireReach(null, OTHER));
        assertRefused("reach_escalation", () -> ofAgent.requireReach(null, null));
        // It would act for whichever agent handles that inbox: somebody else, who may approve what the caller asks for.
        assertRefused("reach_escalation", () -> ofAgent.requireReach(DESK, null));
    }

    @Test
    void the_secret_of_a_persons_own_token_is_for_that_person() {
        TokenLimit admin = of(grant(ApprovalRules.NONE, null, Scope.ADMIN));
        Grant some = grant(ApprovalRules.NONE, null, Scope.EMAIL_READ);
        Token bobs = new Token(TokenId.at(NOW), WORKSPACE, "bob", some, null, null, BOB, NOW);
        Token bobsAgents = new Token(TokenId.at(NOW), WORKSPACE, "agent", some, null, HELPER, BOB, NOW);
        assertRefused("reach_escalation", () -> admin.requireSecret(bobs));
        assertDoesNotThrow(() -> admin.requireSecret(bobsAgents));
        assertDoesNotThrow(() -> admin.requireSecret(token(some, null, null)));
    }

    @Test
    void the_secret_of_a_token_that_may_do_more_is_not_given() {
        TokenLimit restricted = of(token(grant(ALL, null, Scope.TOKENS_WRITE, Scope.EMAIL_SEND), DESK, null), false);
        Token free = token(grant(ApprovalRules.NONE, null, Scope.EMAIL_SEND), DESK, null);
        assertRefused("approval_escalation", () -> restricted.requireSecret(free));
    }

    @Test
    void each_sees_what_is_theirs() {
        Grant some = grant(ApprovalRules.NONE, null, Scope.TOKENS_WRITE);
        assertEquals(new TokenSight.OfPerson(WORKSPACE, ANN), of(some).sight());
        assertEquals(
                new TokenSight.OfInbox(WORKSPACE, DESK, null),
                of(token(some, DESK, null), false).sight());
        assertEquals(
                new TokenSight.OfInbox(WORKSPACE, DESK, HELPER),
                of(token(some, DESK, HELPER), false).sight());
        assertEquals(
                new TokenSight.OfAgent(WORKSPACE, HELPER),
                of(token(some, null, HELPER), false).sight());
        assertEquals(
                new TokenSight.All(WORKSPACE),
                of(grant(ApprovalRules.NONE, null, Scope.ADMIN)).sight());
    }

    @Test
    void a_token_of_an_agent_gets_no_secret_of_one_that_is_bound_to_an_inbox() {
        Grant grant = grant(ApprovalRules.NONE, null, Scope.TOKENS_WRITE, Scope.EMAIL_READ);
        TokenLimit limit = of(token(grant, null, HELPER), false);
        assertDoesNotThrow(() -> limit.requireSecret(token(grant, null, HELPER)));
        assertRefused("reach_escalation", () -> limit.requireSecret(token(grant, DESK, HELPER)));
        TokenLimit ofInbox = of(token(grant, DESK, HELPER), false);
        assertDoesNotThrow(() -> ofInbox.requireSecret(token(grant, DESK, HELPER)));
    }
}
