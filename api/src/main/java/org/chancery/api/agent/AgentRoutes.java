package org.chancery.api.agent;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.AccessService;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Scope;
import org.chancery.core.id.AgentId;

/** The calls about agents. */
public final class AgentRoutes {
    private static final Paging PAGING = new Paging("agents", 50, 200);

    private final AccessService access;

    public AgentRoutes(AccessService access) {
        this.access = access;
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
                        .handledBy(this::show));
    }

    private Answer create(Call call) {
        Agent made = access.createAgent(
                call.by(), call.body(AgentRequest.class).wanted(), call.newId(AgentId::new, AgentId::at));
        return Answer.json(201, AgentJson.of(made));
    }

    private Answer list(Call call) {
        AgentId after = PAGING.place(call, AgentId::parse);
        List<Agent> found = access.agents(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(AgentJson::of).toList(),
                PAGING.link(call, found, agent -> agent.id().text()));
    }

    private Answer show(Call call) {
        return Answer.ok(AgentJson.of(access.agent(call.by(), call.id(AgentId::parse, "agent"))));
    }
}
