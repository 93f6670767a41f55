package org.chancery.server.endtoend;

import java.nio.file.Path;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageEventsOnH2Test implements MessageEventsContract {
    private final TurningClock clock = TurningClock.atStart();

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    public RunningServer server() {
        return server;
    }

    @Override
    public TurningClock clock() {
        return clock;
    }
}
