package org.chancery.api.health;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Route;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of those who watch the server: no token, no secrets. */
public final class HealthRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);

    /** A load balancer asks every few seconds and gives up soon. */
    private static final long PATIENCE_SECONDS = 2;

    /** Prometheus text format 0.0.4. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final List<Part> parts;
    private final PrometheusMeterRegistry meters;

    private final Map<String, FutureTask<String>> underWay = new ConcurrentHashMap<>();

    public HealthRoutes(List<Part> parts, PrometheusMeterRegistry meters) {
        this.parts = List.copyOf(parts);
        this.meters = meters;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/health/live", "Say that the process answers")
                        .open()
                        .gives(200, HealthJson.class)
                        .handledBy(call -> Answer.ok(new HealthJson("ok", Map.of()))),
                Route.get("/health/ready", "Say whether every part works; 503 where one does not")
                        .open()
                        .gives(200, 503, HealthJson.class)
                        .handledBy(this::ready),
                Route.get("/metrics", "Show what is counted and measured, for Prometheus")
                        .open()
                        .givesContent(PROMETHEUS)
                        .handledBy(this::metrics));
    }

    private Answer metrics(Call call) {
        byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
        return new Answer.Content(200, PROMETHEUS, text, Map.of());
    }

    private Answer ready(Call call) throws InterruptedException {
        Map<String, FutureTask<String>> asked = new LinkedHashMap<>();
        parts.forEach(part -> asked.put(part.name(), underWay.compute(part.name(), (name, last) -> check(part, last))));
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Map<String, String> told = new LinkedHashMap<>();
        for (Map.Entry<String, FutureTask<String>> part : asked.entrySet()) {
            told.put(part.getKey(), outcome(part.getKey(), part.getValue(), until));
        }
        boolean ready = told.values().stream().allMatch("ok"::equals);
        return Answer.json(ready ? 200 : 503, new HealthJson(ready ? "ok" : "unavailable", told));
    }

    /** One look at a part at a time: where it hangs, those who ask wait for the same answer. */
    private static FutureTask<String> check(Part part, @Nullable FutureTask<String> last) {
        if (last != null && !last.isDone()) {
            return last;
        }
        FutureTask<String> task = new FutureTask<>(() -> part.trouble().get().orElse("ok"));
        Thread.ofVirtual().name("health-" + part.name()).start(task);
        return task;
    }

    private static String outcome(String part, FutureTask<String> task, long until) throws InterruptedException {
        try {
            return task.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return "no answer within " + PATIENCE_SECONDS + " s";
        } catch (ExecutionException failed) {
            LOG.warn("the health of {} cannot be told", part, failed.getCause());
            return "cannot be told";
        }
    }
}
