package org.chancery.api.signin;

import java.util.List;
import java.util.Map;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.FailureJson;
import org.chancery.api.http.Route;
import org.chancery.core.access.AccountService;
import org.chancery.core.access.AccountService.PasswordChange;
import org.chancery.core.access.Client;
import org.chancery.core.access.Password;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.TokenId;

/** The calls by which people look after their own account. */
public final class AccountRoutes {
    private final AccountService accounts;

    public AccountRoutes(AccountService accounts) {
        this.accounts = accounts;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/api/auth/password", "Change one's own password; all other sessions end")
                        .takes(PasswordRequest.class)
                        .gives(200, AccountDoneJson.class)
                        .handledBy(this::changePassword),
                Route.get("/api/auth/sessions", "List one's own sessions, those opened last first")
                        .gives(200, SessionsJson.class)
                        .handledBy(this::sessions),
                Route.delete("/api/auth/sessions/{id}", "End one of one's own sessions")
                        .gives(200, AccountDoneJson.class)
                        .handledBy(this::endSession));
    }

    private Answer changePassword(Call call) {
        PasswordRequest wanted = call.body(PasswordRequest.class);
        PasswordChange change = accounts.changePassword(
                call.by(),
                Password.presented(wanted.oldPassword()),
                Password.chosen(wanted.newPassword(), "/new_password"),
                new Client(call.caller().network(), Channel.API));
        return switch (change) {
            case PasswordChange.Changed ignored -> Answer.json(200, new AccountDoneJson(true));
            case PasswordChange.WrongPassword ignored ->
                FailureJson.answer(403, "wrong_password", "The old password is another one.", Map.of());
            case PasswordChange.TooMany tooMany -> SignInRoutes.tooMany(tooMany.pause());
        };
    }

    private Answer sessions(Call call) {
        return Answer.json(
                200, SessionsJson.of(accounts.sessions(call.by()), call.by().token()));
    }

    private Answer endSession(Call call) {
        accounts.endSession(call.by(), call.id(TokenId::parse, "session"));
        return Answer.json(200, new AccountDoneJson(true));
    }
}
