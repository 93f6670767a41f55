package org.chancery.api.label;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.id.LabelId;
import org.chancery.core.label.Label;
import org.chancery.core.label.LabelService;

/** The calls about labels. They are put on mail with {@code PATCH /v1/messages/{id}/}. */
public final class LabelRoutes {
    private static final Paging PAGING = new Paging("labels", 100, 500);

    private final LabelService labels;

    public LabelRoutes(LabelService labels) {
        this.labels = labels;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/labels/", "Make a label")
                        .needs(Scope.LABELS_WRITE)
                        .takes(LabelRequest.class)
                        .gives(201, LabelJson.class)
                        .handledBy(this::create),
                Route.get("/v1/labels/", "List labels, oldest first")
                        .needs(Scope.LABELS_READ)
                        .parameters(PAGING.parametersWith())
                        .givesList(LabelJson.class)
                        .handledBy(this::list),
                Route.get("/v1/labels/{id}/", "Show a label")
                        .needs(Scope.LABELS_READ)
                        .gives(200, LabelJson.class)
                        .handledBy(call -> Answer.ok(LabelJson.of(labels.find(call.by(), id(call))))),
                Route.patch("/v1/labels/{id}/", "Change a label")
                        .needs(Scope.LABELS_WRITE)
                        .takes(LabelChange.class)
                        .gives(200, LabelJson.class)
                        .handledBy(call -> Answer.ok(LabelJson.of(labels.change(
                                call.by(),
                                id(call),
                                call.body(LabelChange.class).wanted())))),
                Route.delete("/v1/labels/{id}/", "Remove a label, also from all mail that has it")
                        .needs(Scope.LABELS_WRITE)
                        .handledBy(this::remove));
    }

    private static LabelId id(Call call) {
        return call.id(LabelId::parse, "label");
    }

    private Answer create(Call call) {
        LabelRequest wanted = call.body(LabelRequest.class);
        Label made =
                labels.create(call.by(), wanted.name(), wanted.checkedColor(), call.newId(LabelId::new, LabelId::at));
        return Answer.json(201, LabelJson.of(made));
    }

    private Answer list(Call call) {
        LabelId after = PAGING.place(call, LabelId::parse);
        List<Label> found = labels.page(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(LabelJson::of).toList(),
                PAGING.link(call, found, label -> label.id().text()));
    }

    private Answer remove(Call call) {
        labels.remove(call.by(), id(call));
        return new Answer.Nothing();
    }
}
