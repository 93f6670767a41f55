package org.chancery.api.signin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.ClientNetwork;
import org.chancery.api.http.FailureJson;
import org.chancery.api.http.Route;
import org.chancery.api.http.SessionCookie;
import org.chancery.core.access.FailedTries;
import org.chancery.core.access.Password;
import org.chancery.core.access.SignInService;
import org.chancery.core.access.SignInService.Outcome;
import org.chancery.core.access.Workspace;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/** The calls by which people sign in and out. */
public final class SignInRoutes {
    /** An office behind one address; past it one more every few seconds. */
    private static final int FREE_TRIES = 30;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(5);
    private static final int MAX_CLIENTS = 10_000;

    private final SignInService signIns;
    private final Clock clock;

    /** Beside those of each account: whoever tries one password at many accounts is slowed down, too. */
    private final FailedTries<ClientNetwork> tries = new FailedTries<>(FREE_TRIES, ONE_MORE_EVERY, MAX_CLIENTS);

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
        ClientNetwork client = call.caller().network();
        Instant now = clock.instant();
        Duration pause = tries.take(client, now);
        if (pause.isPositive()) {
            return tooMany(pause);
        }
        SignInRequest wanted = call.body(SignInRequest.class);
        Outcome outcome =
                signIns.signIn(wanted.email(), Password.presented(wanted.password()), workspace(wanted.workspaceId()));
        if (!(outcome instanceof Outcome.Refused)) {
            tries.giveBack(client);
        }
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

    private static Answer tooMany(Duration pause) {
        return FailureJson.answer(
                429,
                "too_many_failures",
                "There were too many failed tries; wait a little.",
                Map.of("Retry-After", Long.toString(Math.max(1, pause.toSeconds()))));
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
