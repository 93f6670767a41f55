package org.chancery.api.token;

import java.util.List;
import org.chancery.api.endpoint.InboxJson;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Route;
import org.chancery.core.access.AccessService;
import org.chancery.core.access.AccessService.MadeToken;
import org.chancery.core.access.AccessService.NewToken;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.jspecify.annotations.Nullable;

/** The calls about tokens. */
public final class TokenRoutes {
    private static final int MAX_ENDPOINTS = 200;

    private final AccessService access;
    private final EndpointService endpoints;

    public TokenRoutes(AccessService access, EndpointService endpoints) {
        this.access = access;
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/tokens/", "Make a token")
                        .needs(Scope.TOKENS_WRITE)
                        .takes(TokenRequest.class)
                        .gives(201, TokenJson.class)
                        .handledBy(this::create),
                Route.get("/v1/whoami/", "Say whose this token is and what it may do")
                        .gives(200, WhoamiJson.class)
                        .handledBy(this::whoami));
    }

    private Answer create(Call call) {
        TokenRequest wanted = call.body(TokenRequest.class);
        NewToken token = new NewToken(wanted.label(), wanted.grant(), endpoint(call, wanted), agent(wanted));
        MadeToken made = access.createToken(call.by(), token, call.newId(TokenId::new, TokenId::at));
        TokenJson shown = TokenJson.of(made);
        return new Answer.Once(Answer.json(201, shown), shown.withoutSecret());
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
