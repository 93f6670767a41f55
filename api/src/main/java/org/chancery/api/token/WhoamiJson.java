package org.chancery.api.token;

import java.util.List;
import org.chancery.api.endpoint.InboxJson;
import org.chancery.api.http.Field;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.jspecify.annotations.Nullable;

/** Who a token is. */
public record WhoamiJson(
        String tokenId,
        String workspaceId,
        @Field("Who acts: user, agent or endpoint.") String kind,
        @Field("The id of who acts.") String id,
        @Field("The name of who acts.") String label,
        @Field("The person behind the token.") String userId,
        @Nullable String agentId,

        @Field("The only inbox that the token may use; null where it is bound to none.") @Nullable
        String inboxId,

        List<String> scopes,

        @Field("The inboxes that it may use; of more than 200 the first, all of them at /v1/inboxes/.")
        List<InboxJson> endpoints) {

    static WhoamiJson of(Principal principal, List<InboxJson> endpoints) {
        Actor actor = principal.actor();
        return new WhoamiJson(
                principal.token().text(),
                principal.workspace().text(),
                actor.kind(),
                actor.idText(),
                actor.label(),
                principal.maker().text(),
                actor instanceof Actor.Program program ? program.idText() : null,
                principal.endpoint() == null ? null : principal.endpoint().text(),
                principal.scopes().stream().map(Scope::text).sorted().toList(),
                endpoints);
    }
}
