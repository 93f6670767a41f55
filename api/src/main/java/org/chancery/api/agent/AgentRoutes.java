package org.chancery.api.agent;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.AgentService.Shown;
import org.chancery.core.access.Scope;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.subscription.DeliveryRepository.Logged;
import org.chancery.core.subscription.Subscriptions;

/** The calls about agents. */
public final class AgentRoutes {
    private static final Paging PAGING = new Paging("agents", 50, 200);
    private static final Paging DELIVERIES = new Paging("agent-deliveries", 50, 200);

    private final AgentService agents;
    private final Subscriptions subscriptions;

    public AgentRoutes(AgentService agents, Subscriptions subscriptions) {
        this.agents = agents;
        this.subscriptions = subscriptions;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/agents/", "Make an agent")
                        .needs(Scope.ADMIN)
                        .takes(AgentRequest.class)
                        .gives(201, AgentJson.class)
                        .handledBy(this::create),
                Route.get("/v1/agents/", "List agents, oldest first")
                        .needs(Scope.ADMIN)
                        .parameters(PAGING.parametersWith())
                        .givesList(AgentJson.class)
                        .handledBy(this::list),
                Route.get("/v1/agents/{id}/", "Show an agent")
                        .needs(Scope.ADMIN)
                        .gives(200, AgentJson.class)
                        .handledBy(this::show),
                Route.patch("/v1/agents/{id}/", "Change an agent; what is left out stays as it is")
                        .needs(Scope.ADMIN)
                        .takes(AgentChange.class)
                        .gives(200, AgentJson.class)
                        .handledBy(this::change),
                Route.delete("/v1/agents/{id}/", "Delete an agent that handles no endpoint; its tokens are dead")
                        .needs(Scope.ADMIN)
                        .handledBy(this::delete),
                Route.post(
                                "/v1/agents/{id}/rotate-secret/",
                                "Give an agent's webhook a new secret; the old one is dead")
                        .needs(Scope.ADMIN)
                        .gives(200, AgentJson.class)
                        .handledBy(this::rotate),
                Route.get("/v1/agents/{id}/deliveries/", "Show what an agent was told and how it went, newest first")
                        .needs(Scope.ADMIN)
                        .parameters(DELIVERIES.parametersWith())
                        .givesList(DeliveryLogJson.class)
                        .handledBy(this::deliveries));
    }

    private Answer create(Call call) {
        Shown made =
                agents.create(call.by(), call.body(AgentRequest.class).wanted(), call.newId(AgentId::new, AgentId::at));
        return once(201, made);
    }

    /** The secret is shown in this answer, and left out where the request is repeated. */
    private static Answer once(int status, Shown shown) {
        AgentJson json = AgentJson.of(shown);
        return new Answer.Once(Answer.json(status, json), json.withoutSecret());
    }

    private Answer list(Call call) {
        AgentId after = PAGING.place(call, AgentId::parse);
        List<Agent> found = agents.agents(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(AgentJson::of).toList(),
                PAGING.link(call, found, agent -> agent.id().text()));
    }

    private Answer show(Call call) {
        return Answer.ok(AgentJson.of(agents.agent(call.by(), id(call))));
    }

    private Answer change(Call call) {
        AgentChange change = call.body(AgentChange.class);
        return Answer.ok(AgentJson.of(agents.change(call.by(), id(call), change::applyTo)));
    }

    private Answer delete(Call call) {
        agents.delete(call.by(), id(call));
        return new Answer.Nothing();
    }

    private Answer rotate(Call call) {
        return once(200, agents.rotateSecret(call.by(), id(call)));
    }

    private Answer deliveries(Call call) {
        Agent agent = agents.agent(call.by(), id(call));
        EventDeliveryId before = DELIVERIES.place(call, EventDeliveryId::parse);
        List<Logged> found =
                subscriptions.log(call.by().workspace(), agent.id().value(), before, DELIVERIES.lookFor(call));
        return Answer.page(
                DELIVERIES.rows(call, found).stream().map(DeliveryLogJson::of).toList(),
                DELIVERIES.link(call, found, logged -> logged.delivery().id().text()));
    }

    private static AgentId id(Call call) {
        return call.id(AgentId::parse, "agent");
    }
}
