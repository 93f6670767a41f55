package org.chancery.server.endtoend;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordOnH2Test implements RecordContract, RecordEntriesContract {
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    public RunningServer server() {
        return server;
    }
}
