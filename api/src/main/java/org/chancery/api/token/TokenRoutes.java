package org.chancery.api.token;

import java.util.List;
import org.chancery.api.endpoint.InboxJson;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.access.TokenService;
import org.chancery.core.access.TokenService.MadeToken;
import org.chancery.core.access.TokenService.NewToken;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.jspecify.annotations.Nullable;

/** The calls about tokens. */
public final class TokenRoutes {
    private static final int MAX_ENDPOINTS = 200;
    private static final Paging PAGING = new Paging("tokens", 50, 200);

    private final TokenService tokens;
    private final EndpointService endpoints;

    public TokenRoutes(TokenService tokens, EndpointService endpoints) {
        this.tokens = tokens;
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/tokens/", "Make a token")
                        .needs(Scope.TOKENS_WRITE)
                        .takes(TokenRequest.class)
                        .gives(201, MadeTokenJson.class)
                        .handledBy(this::create),
                Route.get("/v1/tokens/", "List tokens, oldest first: an admin all, others their own")
                        .needs(Scope.TOKENS_WRITE)
                        .parameters(PAGING.parametersWith())
                        .givesList(TokenJson.class)
                        .handledBy(this::list),
                Route.get("/v1/tokens/{id}/", "Show a token")
                        .needs(Scope.TOKENS_WRITE)
                        .gives(200, TokenJson.class)
                        .handledBy(call -> Answer.ok(TokenJson.of(tokens.get(call.by(), id(call)), call.at()))),
                Route.patch("/v1/tokens/{id}/", "Change a token; what is left out stays as it is")
                        .needs(Scope.TOKENS_WRITE)
                        .takes(TokenChange.class)
                        .gives(200, TokenJson.class)
                        .handledBy(this::change),
                Route.delete("/v1/tokens/{id}/", "Revoke a token; it is dead at once")
                        .needs(Scope.TOKENS_WRITE)
                        .handledBy(this::revoke),
                Route.post("/v1/tokens/{id}/rotate/", "Give a token a new secret; the old one is dead at once")
                        .needs(Scope.TOKENS_WRITE)
                        .gives(200, MadeTokenJson.class)
                        .handledBy(call -> once(200, tokens.rotate(call.by(), id(call)), call)),
                Route.get("/v1/whoami/", "Say whose this token is and what it may do")
                        .gives(200, WhoamiJson.class)
                        .handledBy(this::whoami));
    }

    private Answer create(Call call) {
        TokenRequest wanted = call.body(TokenRequest.class);
        NewToken token = new NewToken(wanted.label(), wanted.grant(), endpoint(call, wanted), agent(wanted));
        return once(201, tokens.create(call.by(), token, call.newId(TokenId::new, TokenId::at)), call);
    }

    /** The secret is shown in this answer, and left out where the request is repeated. */
    private static Answer once(int status, MadeToken made, Call call) {
        MadeTokenJson shown = MadeTokenJson.of(made, call.at());
        return new Answer.Once(Answer.json(status, shown), shown.withoutSecret());
    }

    private Answer list(Call call) {
        TokenId after = PAGING.place(call, TokenId::parse);
        List<TokenStanding> found = tokens.list(call.by(), after, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream()
                        .map(standing -> TokenJson.of(standing, call.at()))
                        .toList(),
                PAGING.link(call, found, standing -> standing.token().id().text()));
    }

    private Answer change(Call call) {
        TokenChange change = call.body(TokenChange.class);
        return Answer.ok(TokenJson.of(tokens.change(call.by(), id(call), change::applyTo), call.at()));
    }

    private Answer revoke(Call call) {
        tokens.revoke(call.by(), id(call));
        return new Answer.Nothing();
    }

    private static TokenId id(Call call) {
        return call.id(TokenId::parse, "token");
    }

    private @Nullable EndpointId endpoint(Call call, TokenRequest wanted) {
        String inbox = wanted.inboxId();
        return inbox == null
                ? null
                : endpoints.resolve(call.by(), inbox, "/inbox_id").id();
    }

    private static @Nullable AgentId agent(TokenRequest wanted) {
        String agent = wanted.agentId();
        return agent == null
                ? null
                : AgentId.parse(agent)
                        .orElseThrow(() -> CallerFault.invalid("/agent_id", "names no agent of this workspace"));
    }

    private Answer whoami(Call call) {
        List<InboxJson> usable = endpoints.usableBy(call.by(), null, MAX_ENDPOINTS).stream()
                .limit(MAX_ENDPOINTS)
                .map(InboxJson::of)
                .toList();
        return Answer.ok(WhoamiJson.of(call.by(), usable));
    }
}
