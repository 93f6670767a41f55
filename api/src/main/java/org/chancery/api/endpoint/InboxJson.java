package org.chancery.api.endpoint;

import org.chancery.api.http.Field;
import org.chancery.core.endpoint.Endpoint;

/** An endpoint as those who may use it see it. */
public record InboxJson(
        String inboxId,
        String address,
        @Field("The local part of the address.") String name,
        String plane,
        String replyPolicy,
        boolean enabled,

        @Field("Whether it is the workspace's outbound mailbox.")
        boolean isSystem) {

    public static InboxJson of(Endpoint endpoint) {
        return new InboxJson(
                endpoint.id().text(),
                endpoint.address(),
                endpoint.localPart(),
                endpoint.plane().text(),
                endpoint.replyPolicy().text(),
                endpoint.enabled(),
                endpoint.isSystem());
    }
}
