package org.chancery.api.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/**
 * How a list is paged: by {@code limit} and an opaque {@code cursor}, the next one in a {@code Link} header (RFC 8288).
 *
 * @param list the list's name, which its cursors are bound to
 */
public record Paging(String list, int defaultLimit, int maxLimit) {
    /** Our longest place is a time and an id. */
    private static final int MAX_CURSOR = 200;

    /** The parameters to declare, before those of the list's own. */
    public List<Parameter> parametersWith(Parameter... others) {
        return parametersWith(List.of(), others);
    }

    /** The parameters to declare, before those of the list's own. */
    public List<Parameter> parametersWith(List<Parameter> some, Parameter... others) {
        List<Parameter> all = new ArrayList<>();
        all.add(new Parameter.Whole("limit", "Rows on a page.", 1, maxLimit, defaultLimit));
        all.add(new Parameter.Text("cursor", "Where to go on, from the Link header of the page before.", MAX_CURSOR));
        all.addAll(Arrays.asList(others));
        all.addAll(some);
        return all;
    }

    /** Rows to look for: one more than the page has, which tells whether there is another page. */
    public int lookFor(Call call) {
        return call.query().whole("limit") + 1;
    }

    /** The place that the cursor names, or null for the first page. */
    public <T> @Nullable T place(Call call, Function<String, Optional<T>> parse) {
        String cursor = call.query().text("cursor");
        if (cursor == null) {
            return null;
        }
        return Cursor.open(list, call.by().workspace(), cursor)
                .flatMap(parse)
                .orElseThrow(() -> CallerFault.invalid("?cursor", "unknown_cursor", "is no cursor of this list"));
    }

    /** The rows that go on the page. */
    public <T> List<T> rows(Call call, List<T> found) {
        return found.subList(0, Math.min(found.size(), call.query().whole("limit")));
    }

    /** The {@code Link} header to the next page, or null where this is the last one. */
    public <T> @Nullable String link(Call call, List<T> found, Function<T, String> place) {
        return link(call, found, place, null);
    }

    /**
     * The same for a list that may end a page early.
     *
     * @param goOn the place where the page ended early, or null
     */
    public <T> @Nullable String link(Call call, List<T> found, Function<T, String> place, @Nullable String goOn) {
        List<T> rows = rows(call, found);
        if (rows.size() < found.size()) {
            return linkBehind(call, place.apply(rows.getLast()));
        }
        return goOn == null ? null : linkBehind(call, goOn);
    }

    private String linkBehind(Call call, String place) {
        String cursor = Cursor.seal(list, call.by().workspace(), place);
        int query = call.url().indexOf('?');
        String path = query < 0 ? call.url() : call.url().substring(0, query);
        List<String> parameters = new ArrayList<>();
        if (query >= 0) {
            Arrays.stream(call.url().substring(query + 1).split("&"))
                    .filter(parameter -> !parameter.startsWith("cursor=") && !parameter.isEmpty())
                    .forEach(parameters::add);
        }
        parameters.add("cursor=" + cursor);
        return "<" + path + '?' + String.join("&", parameters) + ">; rel=\"next\"";
    }
}
