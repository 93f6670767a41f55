package org.chancery.storage;

import org.chancery.testkit.database.OddTimeZone;
import org.chancery.testkit.database.TestDatabase;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OddTimeZone.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsReadOnH2Test implements RowsReadContract {
    private Measured measured;

    @BeforeAll
    void measure() {
        measured = new Measured(TestDatabase.h2InMemory(), SQLDialect.H2);
    }

    @AfterAll
    void close() {
        measured.close();
    }

    @Override
    public Measured measured() {
        return measured;
    }
}
