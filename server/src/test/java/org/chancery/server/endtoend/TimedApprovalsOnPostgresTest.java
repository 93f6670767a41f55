package org.chancery.server.endtoend;

import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimedApprovalsOnPostgresTest implements ShownApprovalContract, ApprovalExpiryContract, ToldAgentContract {
    private final TurningClock clock = TurningClock.atStart();
    private final ScriptedHttpPeer receiver = ScriptedHttpPeer.start(request -> Reply.of(204, ""));
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.onPostgres(directory, Map.of(Keys.WEBHOOKS_ALLOW_PRIVATE, "true"), clock);
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Override
    public RunningServer server() {
        return server;
    }

    @Override
    public TurningClock clock() {
        return clock;
    }

    @Override
    public ScriptedHttpPeer receiver() {
        return receiver;
    }
}
