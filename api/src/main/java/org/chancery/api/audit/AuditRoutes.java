package org.chancery.api.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditLog.Place;
import org.chancery.core.audit.AuditLog.Question;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.ChainedEntry;

/** The call by which admins read the record. */
public final class AuditRoutes {
    private static final Paging PAGING = new Paging("audit", 50, 200);

    private final AuditService audit;

    public AuditRoutes(AuditService audit) {
        this.audit = audit;
    }

    public List<Route> routes() {
        return List.of(Route.get("/v1/audit/", "List what was decided and sent, newest first")
                .needs(Scope.ADMIN)
                .parameters(PAGING.parametersWith(
                        new Parameter.Choice(
                                "kind",
                                "Only entries of this kind.",
                                Arrays.stream(AuditKind.values())
                                        .map(AuditKind::text)
                                        .toList()),
                        new Parameter.Text(
                                "actor",
                                "Only what this one did: the id of a user, agent or inbox, or operator, or server.",
                                60),
                        new Parameter.Moment("since", "Only entries from that time on.")))
                .givesList(AuditEntryJson.class)
                .handledBy(this::list));
    }

    private Answer list(Call call) {
        String kind = call.query().text("kind");
        Question question = new Question(
                call.by().workspace(),
                kind == null ? null : AuditKind.parse(kind).orElseThrow(),
                call.query().text("actor"),
                call.query().moment("since"),
                PAGING.place(call, AuditRoutes::place));
        List<ChainedEntry> found = audit.page(question, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(AuditEntryJson::of).toList(),
                PAGING.link(call, found, last -> last.at() + " " + last.seq()));
    }

    private static Optional<Place> place(String text) {
        String[] parts = text.split(" ");
        try {
            return Optional.of(new Place(Instant.parse(parts[0]), Long.parseLong(parts[1])));
        } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException otherPlace) {
            return Optional.empty();
        }
    }
}
