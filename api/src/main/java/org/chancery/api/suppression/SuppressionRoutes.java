package org.chancery.api.suppression;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.suppression.SuppressionRepository.Place;
import org.chancery.core.suppression.SuppressionService;

/** The calls about addresses to which the workspace sends nothing. An address is its entry's id. */
public final class SuppressionRoutes {
    private static final Paging PAGING = new Paging("suppressions", 50, 200);

    private final SuppressionService suppressions;

    public SuppressionRoutes(SuppressionService suppressions) {
        this.suppressions = suppressions;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/suppressions/", "Send nothing to an address any more")
                        .needs(Scope.CONTACTS_WRITE)
                        .takes(SuppressionRequest.class)
                        .gives(201, SuppressionJson.class)
                        .handledBy(this::add),
                Route.get("/v1/suppressions/", "List addresses to which nothing is sent, newest first")
                        .needs(Scope.CONTACTS_READ)
                        .parameters(PAGING.parametersWith())
                        .givesList(SuppressionJson.class)
                        .handledBy(this::list),
                Route.get("/v1/suppressions/{id}/", "Show why nothing is sent to an address")
                        .needs(Scope.CONTACTS_READ)
                        .gives(200, SuppressionJson.class)
                        .handledBy(this::show),
                Route.delete("/v1/suppressions/{id}/", "Send to an address again; for people")
                        .needs(Scope.CONTACTS_WRITE)
                        .handledBy(this::lift));
    }

    private Answer add(Call call) {
        SuppressionRequest wanted = call.body(SuppressionRequest.class);
        return Answer.json(201, SuppressionJson.of(suppressions.add(call.by(), wanted.address(), wanted.noteOrNone())));
    }

    private Answer list(Call call) {
        Place before = PAGING.place(call, SuppressionRoutes::place);
        List<Suppression> found = suppressions.page(call.by(), before, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(SuppressionJson::of).toList(),
                PAGING.link(call, found, SuppressionRoutes::text));
    }

    private Answer show(Call call) {
        return Answer.ok(SuppressionJson.of(suppressions.find(call.by(), address(call))));
    }

    private Answer lift(Call call) {
        suppressions.lift(call.by(), address(call));
        return new Answer.Nothing();
    }

    private static EmailAddress address(Call call) {
        return call.id(EmailAddress::parse, "suppression");
    }

    private static String text(Suppression last) {
        return last.at() + " " + last.address();
    }

    private static Optional<Place> place(String text) {
        int space = text.indexOf(' ');
        try {
            Instant at = Instant.parse(text.substring(0, Math.max(space, 0)));
            return EmailAddress.parse(text.substring(space + 1)).map(address -> new Place(at, address));
        } catch (DateTimeException otherPlace) {
            return Optional.empty();
        }
    }
}
