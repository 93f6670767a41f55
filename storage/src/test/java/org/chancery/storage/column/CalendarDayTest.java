package org.chancery.storage.column;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.TimeZone;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.turn.UsageRepository.Day;
import org.chancery.storage.JooqStore;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.database.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarDayTest {
    private static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    private final TimeZone usual = TimeZone.getDefault();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_day_is_the_same_day_after_the_machine_moved_to_another_time_zone(boolean onH2) {
        try (JooqStore store = JooqStore.on(onH2 ? TestDatabase.h2InMemory() : TestDatabase.postgres())) {
            WorkspaceId workspace = Samples.in(store).workspace.id();
            for (String zone : new String[] {"UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                store.transactions().run(tx -> store.modelUsage().add(tx, workspace, new Day(DAY, 1, 0, 10, 1, 0)));
            }
            Day counted = store.transactions().in(tx -> store.modelUsage().day(tx, workspace, DAY));
            assertEquals(new Day(DAY, 4, 0, 40, 4, 0), counted);
        } finally {
            TimeZone.setDefault(usual);
        }
    }
}
