package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.AgentService.NewAgent;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** What becomes of changes to agents, over a real database, while the token that asks for them is ended or loses its scope. */
public interface AgentChangesContract {
    /** Where nothing holds a change back, it is done long before. */
    long LONG_ENOUGH_SECONDS = 2;

    Store store();

    /** An agent, an admin's token, and the service that it asks. */
    final class Desk {
        final Samples samples;
        final Agent agent;
        final Token token;
        final AgentService agents;
        private final Store store;

        Desk(Store store) {
            this.store = store;
            this.samples = Samples.in(store);
            this.agent = samples.keptAgent("helper");
            this.token = token(TokenId.at(NOW), Scope.ADMIN);
            store.transactions()
                    .run(tx ->
                            store.access().add(tx, token, TokenSecret.generate().hash()));
            this.agents = new AgentService(
                    store.transactions(),
                    store.access(),
                    new AgentService.Surroundings(
                            url -> Optional.empty(), (tx, workspace, id) -> false, (tx, agent, limit) -> 0),
                    new SecretBox(new byte[32]),
                    store.audit(),
                    TurningClock.atStart());
        }

        Token token(TokenId id, Scope scope) {
            return new Token(
                    id,
                    samples.workspace.id(),
                    "leaves",
                    Grant.of(EnumSet.of(scope)),
                    null,
                    null,
                    samples.person.id(),
                    NOW);
        }

        Principal asker() {
            return store.transactions()
                    .in(tx -> store.access().standing(tx, samples.workspace.id(), token.id()))
                    .flatMap(standing -> standing.principal(NOW))
                    .orElseThrow();
        }

        void revoke(Tx tx) {
            store.tokens().revoke(tx, token.id(), NOW);
        }

        void takeScope(Tx tx) {
            store.tokens().change(tx, token(token.id(), Scope.EMAIL_READ));
        }

        Optional<Agent> found() {
            return store.transactions().in(tx -> store.access().agent(tx, samples.workspace.id(), agent.id()));
        }

        Optional<String> secret() {
            return store.transactions().in(tx -> store.access().webhookSecret(tx, agent.id()));
        }

        /** Asks for a change in the midst of the transaction that takes something from the asker; what it is refused with. */
        String refusedWhile(Consumer<Tx> taking, Consumer<Principal> change) {
            Principal asker = asker();
            CompletableFuture<Void> changing = store.transactions().in(tx -> {
                store.access().lockWorkspace(tx, samples.workspace.id());
                taking.accept(tx);
                CompletableFuture<Void> begun = CompletableFuture.runAsync(() -> change.accept(asker));
                assertThrows(TimeoutException.class, () -> begun.get(LONG_ENOUGH_SECONDS, TimeUnit.SECONDS));
                return begun;
            });
            CompletionException refused = assertThrows(CompletionException.class, changing::join);
            return assertInstanceOf(CallerFault.class, refused.getCause()).code();
        }
    }

    @Test
    default void whose_token_is_being_revoked_makes_no_agent() {
        Desk desk = new Desk(store());
        AgentId id = AgentId.at(NOW);
        NewAgent wanted = new NewAgent("mine", "", Agent.ExecutionMode.EXTERNAL, null, null);
        assertEquals("token_ended", desk.refusedWhile(desk::revoke, by -> desk.agents.create(by, wanted, id)));
        assertEquals(
                Optional.empty(),
                store().transactions().in(tx -> store().access().agent(tx, desk.samples.workspace.id(), id)));
    }

    @Test
    default void whose_token_is_being_revoked_changes_no_agent() {
        Desk desk = new Desk(store());
        assertEquals(
                "token_ended",
                desk.refusedWhile(
                        desk::revoke,
                        by -> desk.agents.change(
                                by,
                                desk.agent.id(),
                                agent -> MeanwhileContract.Turn.with(
                                        agent, Agent.Status.DISABLED, Agent.ExecutionMode.EXTERNAL))));
        assertEquals(Optional.of(desk.agent), desk.found());
    }

    @Test
    default void whose_token_is_being_revoked_gets_no_new_secret() {
        Desk desk = new Desk(store());
        assertEquals(
                "token_ended", desk.refusedWhile(desk::revoke, by -> desk.agents.rotateSecret(by, desk.agent.id())));
        assertEquals(Optional.of("sealed"), desk.secret());
    }

    @Test
    default void whose_token_is_being_revoked_deletes_no_agent() {
        Desk desk = new Desk(store());
        assertEquals("token_ended", desk.refusedWhile(desk::revoke, by -> desk.agents.delete(by, desk.agent.id())));
        assertEquals(Optional.of(desk.agent), desk.found());
    }

    @Test
    default void whose_scope_is_being_taken_gets_no_new_secret_and_deletes_no_agent() {
        Desk desk = new Desk(store());
        assertEquals(
                "missing_scope",
                desk.refusedWhile(desk::takeScope, by -> desk.agents.rotateSecret(by, desk.agent.id())));
        Desk other = new Desk(store());
        assertEquals(
                "missing_scope", other.refusedWhile(other::takeScope, by -> other.agents.delete(by, other.agent.id())));
        assertEquals(Optional.of("sealed"), desk.secret());
        assertEquals(Optional.of(other.agent), other.found());
    }
}
