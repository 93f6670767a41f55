package org.chancery.api.endpoint;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.EndpointService.AddressParts;
import org.chancery.core.endpoint.EndpointService.NewEndpoint;
import org.chancery.core.endpoint.EndpointService.Shown;
import org.chancery.core.id.EndpointId;
import org.chancery.core.send.EndpointRemoval;

/** The calls by which admins make, see, change and remove endpoints. */
public final class EndpointRoutes {
    /** The seed's list has no pages: a client that knows of none gets all that most workspaces will ever have. */
    private static final Paging PAGING = new Paging("endpoints", 1000, 1000);

    private static final String PATH = "/v1/api/email/endpoints";

    private final EndpointService endpoints;
    private final EndpointRemoval removal;

    public EndpointRoutes(EndpointService endpoints, EndpointRemoval removal) {
        this.endpoints = endpoints;
        this.removal = removal;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(PATH, "Make an e-mail endpoint")
                        .needs(Scope.ADMIN)
                        .takes(EndpointRequest.class)
                        .gives(201, EndpointJson.class)
                        .handledBy(this::create),
                Route.get(PATH, "List e-mail endpoints, oldest first")
                        .needs(Scope.ADMIN)
                        .parameters(PAGING.parametersWith())
                        .gives(200, EndpointListJson.class)
                        .handledBy(this::list),
                Route.get(PATH + "/{id}", "Show an e-mail endpoint")
                        .needs(Scope.ADMIN)
                        .gives(200, EndpointJson.class)
                        .handledBy(this::show),
                Route.patch(PATH + "/{id}", "Change what an e-mail endpoint does")
                        .needs(Scope.ADMIN)
                        .takes(EndpointChange.class)
                        .gives(200, EndpointJson.class)
                        .handledBy(this::change),
                Route.delete(PATH + "/{id}", "Remove an e-mail endpoint; its mail stays, and what waits is settled")
                        .needs(Scope.ADMIN)
                        .handledBy(this::remove),
                Route.patch("/v1/api/email/workspace-mailbox", "Rename the mailbox that agents send from")
                        .needs(Scope.ADMIN)
                        .takes(WorkspaceMailboxRequest.class)
                        .gives(200, EndpointJson.class)
                        .handledBy(this::renameMailbox));
    }

    private Answer create(Call call) {
        NewEndpoint wanted = call.body(EndpointRequest.class).wanted();
        Shown made = endpoints.create(call.by(), wanted, call.newId(EndpointId::new, EndpointId::at));
        return Answer.json(201, EndpointJson.of(made));
    }

    private Answer list(Call call) {
        EndpointId after = PAGING.place(call, EndpointId::parse);
        List<Shown> found = endpoints.list(call.by(), after, PAGING.lookFor(call));
        AddressParts parts = endpoints.addressParts(call.by());
        EndpointListJson list = new EndpointListJson(
                PAGING.rows(call, found).stream().map(EndpointJson::of).toList(),
                parts.slug(),
                parts.domain(),
                parts.outboundLocalPart());
        return Answer.page(
                list, PAGING.link(call, found, shown -> shown.endpoint().id().text()));
    }

    private Answer show(Call call) {
        return Answer.ok(EndpointJson.of(endpoints.get(call.by(), id(call))));
    }

    private Answer change(Call call) {
        EndpointChange change = call.body(EndpointChange.class);
        return Answer.ok(EndpointJson.of(endpoints.change(call.by(), id(call), change::checkedAndAppliedTo)));
    }

    private Answer remove(Call call) {
        removal.remove(call.by(), id(call));
        return new Answer.Nothing();
    }

    private Answer renameMailbox(Call call) {
        String localPart = call.body(WorkspaceMailboxRequest.class).localpart();
        return Answer.ok(EndpointJson.of(endpoints.renameOutboundMailbox(call.by(), localPart)));
    }

    private static EndpointId id(Call call) {
        return call.id(EndpointId::parse, "endpoint");
    }
}
