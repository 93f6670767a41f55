package org.chancery.server.endtoend;

import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdministrationOnH2Test
        implements CallRulesContract,
                CallBodiesContract,
                ErrorCodesContract,
                EndpointCallsContract,
                EndpointRefusalsContract,
                PeopleCallsContract,
                AgentCallsContract {
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, Map.of(Keys.HTTP_PUBLIC_URL, CallRulesContract.PUBLIC_URL));
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
