package org.chancery.server.endtoend;

import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.ScriptedHttpPeer;

/** A server whose clock a test turns, and whoever is told by webhook: what the contracts about approvals in time run on. */
interface TimedApprovals {
    String FOUR_HOURS = "[{\"action\": \"email:send\", \"expires_after\": \"4h\"}]";

    RunningServer server();

    TurningClock clock();

    /** Takes every call. */
    ScriptedHttpPeer receiver();

    default Approvals approvals() {
        return new Approvals(server());
    }

    default Client admin() {
        return server().admin;
    }

    /** Waits until the timer wrote down that its time is over. */
    default void awaitExpiry(String approval) {
        admin().until(Approvals.item(approval), answer -> answer.text("status").equals("expired"));
    }
}
