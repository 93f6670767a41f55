package org.chancery.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.chancery.storage.h2.H2Url;
import org.chancery.testkit.database.TestDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a database that count, while somebody wants to know, how many rows each SELECT reads. The database says so
 * itself: every such statement is run once more with the same values under {@code EXPLAIN ANALYZE}. For one thread.
 */
final class RowsRead {

    /** One statement and what was read for it, with the plan, which tells where. */
    record Read(String sql, long rows, String plan) {}

    /** What differs between the databases. */
    private enum Plans {
        H2("EXPLAIN ANALYZE ") {
            /** Each table of a plan that was run has the number of its rows, or index entries, that were looked at. */
            private static final Pattern SCANNED = Pattern.compile("/\\* scanCount: ([0-9]+) \\*/");

            @Override
            long rows(String plan) {
                return SCANNED.matcher(plan)
                        .results()
                        .mapToLong(found -> Long.parseLong(found.group(1)))
                        .sum();
            }
        },

        POSTGRES("EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ") {
            /** A table of this size is read whole because it is small; one that is not small has to be read by an index. */
            @Override
            void prepare(Statement statement) throws SQLException {
                statement.execute("SET enable_seqscan = off");
            }

            @Override
            long rows(String plan) {
                try {
                    return Math.round(scanned(new ObjectMapper().readTree(plan)));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException("no plan: " + plan, e);
                }
            }

            private static double scanned(JsonNode node) {
                double rows = 0;
                if (node.has("Relation Name") || node.has("Index Name")) {
                    double each = node.path("Actual Rows").asDouble()
                            + node.path("Rows Removed by Filter").asDouble()
                            + node.path("Rows Removed by Index Recheck").asDouble();
                    rows = each * node.path("Actual Loops").asDouble();
                }
                for (JsonNode part : node) {
                    rows += scanned(part);
                }
                return rows;
            }
        };

        final String explain;

        Plans(String explain) {
            this.explain = explain;
        }

        void prepare(Statement statement) throws SQLException {}

        abstract long rows(String plan);
    }

    private record Call(Method method, @Nullable Object[] arguments) {
        @Nullable
        Object on(Object target) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private final String url;
    private final TestDatabase database;
    private final Plans plans;
    private @Nullable List<Read> reads;

    RowsRead(TestDatabase database) {
        boolean isH2 = database.url().startsWith("jdbc:h2:");
        this.url = isH2 ? H2Url.complete(database.url()) : database.url();
        this.database = database;
        this.plans = isH2 ? Plans.H2 : Plans.POSTGRES;
    }

    /** Where the transactions get their connections. */
    DataSource connections() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.getName());
            }
            Connection connection = connect();
            connection.setAutoCommit(false);
            return proxy(Connection.class, (its, call, values) -> onConnection(connection, new Call(call, values)));
        });
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, database.user(), database.password());
        try (Statement statement = connection.createStatement()) {
            plans.prepare(statement);
        }
        return connection;
    }

    /** What the work read. */
    List<Read> during(Runnable work) {
        List<Read> all = new ArrayList<>();
        reads = all;
        try {
            work.run();
        } finally {
            reads = null;
        }
        return all;
    }

    /** The planner learns how much there is, as it does by itself in time. */
    void gatherStatistics() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object onConnection(Connection connection, Call call) throws Throwable {
        Object result = call.on(connection);
        return reads != null && result instanceof PreparedStatement statement
                ? counted(connection, statement, (String) call.arguments()[0])
                : result;
    }

    private PreparedStatement counted(Connection connection, PreparedStatement statement, String sql) {
        Map<Integer, Call> values = new TreeMap<>();
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            Call call = new Call(method, arguments);
            String name = method.getName();
            if (name.startsWith("set") && arguments != null && arguments.length > 1) {
                values.put((Integer) arguments[0], call);
            }
            List<Read> all = reads;
            if ((name.equals("execute") || name.equals("executeQuery")) && isQuery(sql) && all != null) {
                all.add(explained(connection, sql, values));
            }
            return call.on(statement);
        });
    }

    /** H2 spells what an UPDATE returns as a query of its table. */
    private static boolean isQuery(String sql) {
        String lower = sql.toLowerCase(Locale.ROOT);
        return (lower.startsWith("select") || lower.startsWith("(select")) && !lower.contains("final table");
    }

    private Read explained(Connection connection, String sql, Map<Integer, Call> values) throws Throwable {
        try (PreparedStatement explain = connection.prepareStatement(plans.explain + sql)) {
            for (Call value : values.values()) {
                value.on(explain);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet lines = explain.executeQuery()) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            return new Read(sql, plans.rows(plan.toString()), plan.toString());
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(RowsRead.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
