package org.chancery.api.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.HandlerType;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.chancery.api.http.CallRunner.Surroundings;

/** All routes that the server answers. */
public final class RouteTable {
    private final List<Route> routes;
    private final List<Pattern> paths;

    /** @throws IllegalArgumentException where two rows claim the same calls */
    public RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.paths = this.routes.stream()
                .map(route -> Pattern.compile(route.canonicalPath().replaceAll("\\{[a-z_]+}", "[^/]+") + "/?"))
                .toList();
        Set<String> claimed = new HashSet<>();
        for (Route route : this.routes) {
            if (!claimed.add(route.method() + " " + route.canonicalPath())) {
                throw new IllegalArgumentException("declared twice: " + route.method() + ' ' + route.path());
            }
        }
    }

    public List<Route> routes() {
        return routes;
    }

    /** The methods that a path takes, as an {@code Allow} header says them; empty where there is nothing at the path. */
    String allowed(String path) {
        Set<String> allowed = new LinkedHashSet<>();
        for (int i = 0; i < routes.size(); i++) {
            if (paths.get(i).matcher(path).matches()) {
                allowed.add(routes.get(i).method().name());
                if (routes.get(i).method() == Method.GET) {
                    allowed.add("HEAD");
                }
            }
        }
        return String.join(", ", allowed);
    }

    /** Whatever the path takes of other methods; empty where there is nothing at the path. */
    Optional<Route> at(String path) {
        for (int i = 0; i < routes.size(); i++) {
            if (paths.get(i).matcher(path).matches()) {
                return Optional.of(routes.get(i));
            }
        }
        return Optional.empty();
    }

    void register(RoutesConfig javalin, Surroundings surroundings) {
        for (Route route : routes) {
            CallRunner runner = new CallRunner(route, surroundings);
            switch (route.method()) {
                case GET -> {
                    javalin.addHttpHandler(HandlerType.GET, route.canonicalPath(), runner);
                    // Jetty leaves the content out of what answers a HEAD.
                    javalin.addHttpHandler(HandlerType.HEAD, route.canonicalPath(), runner);
                }
                case POST -> javalin.addHttpHandler(HandlerType.POST, route.canonicalPath(), runner);
                case PATCH -> javalin.addHttpHandler(HandlerType.PATCH, route.canonicalPath(), runner);
                case DELETE -> javalin.addHttpHandler(HandlerType.DELETE, route.canonicalPath(), runner);
            }
        }
    }
}
