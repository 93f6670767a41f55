package org.chancery.api.endpoint;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.id.EndpointId;

/** The inboxes that a caller may use. */
public final class InboxRoutes {
    private static final Paging PAGING = new Paging("inboxes", 50, 200);

    private final EndpointService endpoints;

    public InboxRoutes(EndpointService endpoints) {
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(Route.get("/v1/inboxes/", "List the inboxes that this token may use, oldest first")
                .parameters(PAGING.parametersWith())
                .givesList(InboxJson.class)
                .handledBy(this::list));
    }

    private Answer list(Call call) {
        EndpointId after = PAGING.place(call, EndpointId::parse);
        List<Endpoint> found = endpoints.usableBy(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(InboxJson::of).toList(),
                PAGING.link(call, found, endpoint -> endpoint.id().text()));
    }
}
