package org.chancery.bench.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Copies rows of one table, but for some columns. */
public final class Copying implements AutoCloseable {
    private final PreparedStatement statement;
    private final List<String> changed;

    /** @param changed the first of them says which row is meant */
    public Copying(Connection connection, String table, List<String> changed) throws SQLException {
        this.changed = changed;
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getColumns(null, null, table, null)) {
            while (rows.next()) {
                columns.add(rows.getString("COLUMN_NAME"));
            }
        }
        List<String> kept =
                columns.stream().filter(column -> !changed.contains(column)).toList();
        List<String> values = new ArrayList<>();
        changed.forEach(column -> values.add("?"));
        values.addAll(kept);
        List<String> names = new ArrayList<>(changed);
        names.addAll(kept);
        this.statement = connection.prepareStatement("INSERT INTO " + table + " (" + String.join(", ", names)
                + ") SELECT " + String.join(", ", values) + " FROM " + table + " WHERE " + changed.getFirst()
                + " = ?");
    }

    public void add(UUID template, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.setObject(values.length + 1, template);
        statement.addBatch();
    }

    void execute() throws SQLException {
        statement.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
