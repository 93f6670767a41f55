package org.chancery.storage.queue;

import org.chancery.storage.JooqStore;
import org.chancery.testkit.contract.StaleDirectoryContract;
import org.chancery.testkit.contract.Store;
import org.chancery.testkit.database.OddTimeZone;
import org.chancery.testkit.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OddTimeZone.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StaleDirectoryContractOnH2Test implements StaleDirectoryContract {
    private JooqStore store;

    @BeforeAll
    void open() {
        store = JooqStore.on(TestDatabase.h2InMemory(), 2);
    }

    @AfterAll
    void close() {
        store.close();
    }

    @Override
    public Store store() {
        return store;
    }
}
