package org.chancery.api.agent;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.turn.ModelDesk;

/** What the workspace asked of the model. */
public final class ModelUsageRoutes {
    private static final int MAX_DAYS = 366;

    private final ModelDesk model;

    public ModelUsageRoutes(ModelDesk model) {
        this.model = model;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/model-usage/", "Show what the workspace asked of the model, by day (UTC), newest first")
                        .needs(Scope.ADMIN)
                        .parameters(List.of(new Parameter.Whole("limit", "Days.", 1, MAX_DAYS, 31)))
                        .givesList(ModelUsageJson.class)
                        .handledBy(this::list));
    }

    private Answer list(Call call) {
        return Answer.ok(model.usage(call.by(), call.query().whole("limit")).stream()
                .map(ModelUsageJson::of)
                .toList());
    }
}
