package org.chancery.storage.column;

import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.Converters;
import org.jooq.impl.AbstractBinding;

/**
 * Days in date columns, handed to the driver as they are. jOOQ's own way leads through {@link java.sql.Date}, a point in time:
 * where the time zone of the JVM is not the one that the driver began with, another day is written and looked for.
 */
public final class CalendarDay extends AbstractBinding<LocalDate, LocalDate> {
    private static final long serialVersionUID = 1L;

    @Override
    public Converter<LocalDate, LocalDate> converter() {
        return Converters.identity(LocalDate.class);
    }

    @Override
    public void set(BindingSetStatementContext<LocalDate> context) throws SQLException {
        if (context.value() == null) {
            context.statement().setNull(context.index(), Types.DATE);
        } else {
            context.statement().setObject(context.index(), context.value());
        }
    }

    @Override
    public void get(BindingGetResultSetContext<LocalDate> context) throws SQLException {
        context.value(context.resultSet().getObject(context.index(), LocalDate.class));
    }
}
