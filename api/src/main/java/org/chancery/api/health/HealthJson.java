package org.chancery.api.health;

import java.util.Map;
import org.chancery.api.http.Field;

/** How the server feels. */
public record HealthJson(
        @Field("ok or unavailable.") String status,
        @Field("Each part: ok, or what troubles it.") Map<String, String> parts) {}
