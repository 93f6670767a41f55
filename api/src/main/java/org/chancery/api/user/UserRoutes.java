package org.chancery.api.user;

import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.PeopleService;
import org.chancery.core.access.PeopleService.Shown;
import org.chancery.core.access.Scope;
import org.chancery.core.id.UserId;

/** The calls about people. */
public final class UserRoutes {
    private static final Paging PAGING = new Paging("users", 50, 200);

    private final PeopleService people;

    public UserRoutes(PeopleService people) {
        this.people = people;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/users/", "Add a person")
                        .needs(Scope.ADMIN)
                        .takes(UserRequest.class)
                        .gives(201, UserJson.class)
                        .handledBy(this::create),
                Route.get("/v1/users/", "List people, oldest first")
                        .needs(Scope.ADMIN)
                        .parameters(PAGING.parametersWith())
                        .givesList(UserJson.class)
                        .handledBy(this::list),
                Route.get("/v1/users/{id}/", "Show a person")
                        .needs(Scope.ADMIN)
                        .gives(200, UserJson.class)
                        .handledBy(call -> Answer.ok(UserJson.of(people.get(call.by(), id(call))))),
                Route.patch("/v1/users/{id}/", "Change a person")
                        .needs(Scope.ADMIN)
                        .takes(UserChange.class)
                        .gives(200, UserJson.class)
                        .handledBy(this::change));
    }

    private static UserId id(Call call) {
        return call.id(UserId::parse, "user");
    }

    private Answer create(Call call) {
        Shown made =
                people.create(call.by(), call.body(UserRequest.class).wanted(), call.newId(UserId::new, UserId::at));
        return Answer.json(201, UserJson.of(made));
    }

    private Answer list(Call call) {
        UserId after = PAGING.place(call, UserId::parse);
        List<Shown> found = people.list(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(UserJson::of).toList(),
                PAGING.link(call, found, shown -> shown.user().id().text()));
    }

    private Answer change(Call call) {
        return Answer.ok(UserJson.of(
                people.change(call.by(), id(call), call.body(UserChange.class).wanted())));
    }
}
