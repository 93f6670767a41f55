package org.chancery.api.signin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.FailureJson;
import org.chancery.api.http.RetryAfter;
import org.chancery.api.http.Route;
import org.chancery.api.http.SessionCookie;
import org.chancery.core.access.Client;
import org.chancery.core.access.Password;
import org.chancery.core.access.SignInService;
import org.chancery.core.access.SignInService.Outcome;
import org.chancery.core.access.Workspace;
import org.chancery.core.audit.Channel;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/** The calls by which people sign in and out. */
public final class SignInRoutes {
    private final SignInService signIns;
    private final Clock clock;

    public SignInRoutes(SignInService signIns, Clock clock) {
        this.signIns = signIns;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/api/auth/login", "Sign in with address and password")
                        .open()
                        .takes(SignInRequest.class)
                        .gives(200, SignedInJson.class)
                        .handledBy(this::signIn),
                Route.post("/api/auth/logout", "End the session")
                        .gives(200, SignedOutJson.class)
                        .handledBy(this::signOut));
    }

    private Answer signIn(Call call) {
        Instant now = clock.instant();
        SignInRequest wanted = call.body(SignInRequest.class);
        Outcome outcome = signIns.signIn(
                wanted.email(),
                Password.presented(wanted.password()),
                workspace(wanted.workspaceId()),
                new Client(call.caller().network(), Channel.API));
        return switch (outcome) {
            case Outcome.SignedIn session -> {
                Duration lasts = Duration.between(now, session.expiresAt());
                String cookie =
                        SessionCookie.set(session.secret(), lasts, call.caller().isTls());
                yield new Answer.Json(200, SignedInJson.of(session), "application/json", Map.of("Set-Cookie", cookie));
            }
            case Outcome.Refused ignored ->
                FailureJson.answer(401, "invalid_credentials", "E-mail address or password are wrong.", Map.of());
            case Outcome.TooMany tooMany -> tooMany(tooMany.pause());
            case Outcome.Several several ->
                FailureJson.answer(
                        409,
                        "several_workspaces",
                        "Say which workspace you mean, by workspace_id: " + named(several.workspaces()) + ".",
                        Map.of());
        };
    }

    private static String named(List<Workspace> workspaces) {
        return workspaces.stream()
                .map(workspace -> workspace.id().text() + " (" + workspace.name() + ")")
                .collect(Collectors.joining(", "));
    }

    private static @Nullable WorkspaceId workspace(@Nullable String text) {
        return text == null
                ? null
                : WorkspaceId.parse(text)
                        .orElseThrow(() -> CallerFault.invalid("/workspace_id", "is no id of a workspace"));
    }

    static Answer tooMany(Duration pause) {
        return FailureJson.answer(
                429,
                "too_many_failures",
                "There were too many failed tries; wait a little.",
                Map.of("Retry-After", RetryAfter.seconds(pause)));
    }

    private Answer signOut(Call call) {
        if (!signIns.signOut(call.by())) {
            throw CallerFault.badRequest("no_session", "This token is no session; delete it to end it.");
        }
        return new Answer.Json(
                200,
                new SignedOutJson(true),
                "application/json",
                Map.of("Set-Cookie", SessionCookie.remove(call.caller().isTls())));
    }
}
