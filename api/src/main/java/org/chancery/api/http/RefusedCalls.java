package org.chancery.api.http;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.chancery.api.http.Problem.Blame;
import org.chancery.core.access.Principal;
import org.chancery.core.fault.CallerFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the operator what holders of valid tokens tried and were refused, a line each: the call, the id that it is about, why, and
 * whose token. Of what was refused nothing else is told; it may be anything.
 */
final class RefusedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedCalls.class);

    private static final int FORBIDDEN = 403;
    /** Fields to blame that are named; whoever sends many wrong ones knows them all from the answer. */
    private static final int MAX_PLACES = 3;

    private RefusedCalls() {}

    /** Reading is told of only where it is forbidden: who looks for what is not there, finds out, and nothing else comes of it. */
    static void tell(Route route, Call call, RuntimeException refused) {
        boolean isFault = refused instanceof CallerFault || refused instanceof HttpFault;
        Principal by = call.principal();
        if (!isFault || by == null || !(Problems.answer(refused, "").body() instanceof Problem problem)) {
            return;
        }
        boolean isForbidden = problem.status() == FORBIDDEN;
        if (isForbidden || route.method() != Method.GET) {
            LOG.atLevel(isForbidden ? Level.WARN : Level.INFO)
                    .log(
                            "refused {} {} on {}: {} {}{}; token={} {}={}",
                            route.method(),
                            route.path(),
                            subject(call),
                            problem.status(),
                            problem.code(),
                            places(problem),
                            by.token().text(),
                            by.actor().kind(),
                            by.actor().idText());
        }
    }

    /** Somebody tried to change what is at a path by a method that it does not take. */
    static void tellOfMethod(String method, Route there, String path, HttpFault refused, Principal by) {
        String id = Arrays.stream(path.split("/"))
                .filter(RefusedCalls::isOurs)
                .findFirst()
                .orElse("-");
        LOG.info(
                "refused {} {} on {}: {} {}; token={} {}={}",
                method,
                there.path(),
                id,
                refused.status(),
                refused.code(),
                by.token().text(),
                by.actor().kind(),
                by.actor().idText());
    }

    /** The id in the path, where it looks like one of ours: nobody writes our log but us. */
    private static String subject(Call call) {
        String id = call.path().getOrDefault("id", "-");
        return isOurs(id) ? id : "-";
    }

    private static boolean isOurs(String id) {
        return id.matches("[a-z]{2,4}_[0-9a-z]{1,40}|[0-9]{1,19}");
    }

    private static String places(Problem problem) {
        return problem.errors().stream()
                .map(Blame::pointer)
                .filter(pointer -> pointer != null && pointer.matches("[A-Za-z0-9_/.~-]{1,80}"))
                .limit(MAX_PLACES)
                .collect(Collectors.joining(" ", " ", ""))
                .stripTrailing();
    }
}
