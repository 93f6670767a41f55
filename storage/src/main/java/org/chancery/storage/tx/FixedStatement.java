package org.chancery.storage.tx;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.chancery.core.tx.Tx;
import org.jooq.Converter;
import org.jooq.JSONB;
import org.jooq.Param;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is written in jOOQ's words, rendered once for each database, and run again and again with other values.
 * For what runs with every mail: jOOQ needs longer to render such a statement than H2 needs to run it.
 */
public final class FixedStatement {

    /** Makes something of one row of a result. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Query words;
    private final List<Converter<?, ?>> converters;
    private final ConcurrentMap<SQLDialect, String> rendered = new ConcurrentHashMap<>();

    /**
     * Prepares nothing yet.
     *
     * @param words with a parameter wherever a value stands that is not always the same
     */
    public FixedStatement(Query words) {
        this.words = words;
        this.converters = words.getParams().values().stream()
                .filter(param -> !param.isInline())
                .<Converter<?, ?>>map(Param::getConverter)
                .toList();
    }

    /** Runs it with these values, in the order of the parameters; returns how many rows it changed. */
    public int execute(Tx tx, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(tx)) {
            bind(statement, values);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs it once for each list of values. */
    void executeAll(Tx tx, List<@Nullable Object[]> lists) {
        try (PreparedStatement statement = prepare(tx)) {
            for (Object[] values : lists) {
                bind(statement, values);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs it with these values; what it returned. */
    public <T> List<T> fetch(Tx tx, Reading<T> reading, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(tx)) {
            bind(statement, values);
            try (ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reading.read(result));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs it with these values; the first row that it returned. */
    public <T> Optional<T> fetchFirst(Tx tx, Reading<T> reading, @Nullable Object... values) {
        return fetch(tx, reading, values).stream().findFirst();
    }

    private PreparedStatement prepare(Tx tx) throws SQLException {
        JooqTx own = JooqTx.of(tx);
        Connection connection = own.connection();
        return connection.prepareStatement(rendered.computeIfAbsent(own.dialect(), this::render));
    }

    private String render(SQLDialect dialect) {
        return DSL.using(dialect, JooqTransactions.SETTINGS).render(words);
    }

    private void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        if (values.length != converters.size()) {
            throw new IllegalArgumentException(values.length + " values for " + converters.size() + " parameters");
        }
        for (int i = 0; i < values.length; i++) {
            Object value = kept(converters.get(i), values[i]);
            // JSON goes as its text, which the rendered statement turns into JSON.
            statement.setObject(i + 1, value instanceof JSONB json ? json.data() : value);
        }
    }

    /** What the column keeps for the value. */
    private static <K, V> @Nullable Object kept(Converter<K, V> converter, @Nullable Object value) {
        return value == null ? null : converter.to(converter.toType().cast(value));
    }

    private static DataAccessException failed(SQLException e) {
        return new DataAccessException("a statement failed: " + e.getMessage(), e);
    }
}
