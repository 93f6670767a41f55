package org.chancery.api.endpoint;

import java.util.List;
import org.chancery.api.http.Field;

/** Endpoints, and the parts that a client assembles addresses from. */
public record EndpointListJson(
        List<EndpointJson> endpoints,

        @Field("<localpart>-<tenant_email_slug>@<domain> is an address; without a slug <localpart>@<domain>.")
        String tenantEmailSlug,

        String domain,
        String outboundMailboxLocalpart) {}
