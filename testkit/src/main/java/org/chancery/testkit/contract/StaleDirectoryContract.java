package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.junit.jupiter.api.Test;

/**
 * What becomes of mail while another server has added a workspace that nobody here has read yet, with as few connections as there may be:
 * outcomes are recorded in one transaction, and nothing looks the workspaces up in a second one within it.
 */
public interface StaleDirectoryContract {
    /** On a database with two connections. */
    Store store();

    @Test
    default void mail_that_comes_back_is_recorded_before_the_workspaces_are_read_again() {
        Samples[] samples = {Samples.in(store()), Samples.in(store())};
        EndpointDirectory directory = new EndpointDirectory(
                store().transactions(), store().endpoints(), store().access(), new ReturnPaths(new byte[32]));
        directory.refresh();
        WorkspaceId added = Samples.in(store()).workspace.id();
        assertTrue(directory.owns(added, workspaceDomain(added)), "asked for, as another server added it");

        MessageOutcomes outcomes = new MessageOutcomes(
                new MessageOutcomes.Stores(
                        store().messages(),
                        store().endpoints(),
                        store().access(),
                        store().suppressions(),
                        store().awaitedReplies(),
                        store().earlyReports(),
                        store().journal()),
                directory::hostedWhenRead);
        List<Integer> counted = AtOnce.run(2, number -> {
            Samples own = samples[number];
            String here = "bob@" + own.workspace.domain();
            Outbound sent = own.outbound(own.keptThread(), OutboundStatus.SENT, null, "ann@elsewhere.example", here);
            own.keep(sent);
            List<Bounced> bounced = List.of(back("ann@elsewhere.example"), back(here));
            List<RecipientOutcome> all =
                    store().transactions().in(tx -> outcomes.record(tx, sent, bounced, Map.of(), NOW));
            assertTrue(isSuppressed(own, "ann@elsewhere.example"));
            assertEquals(false, isSuppressed(own, here), "our own directory knows who is there");
            return all.size();
        });
        assertEquals(List.of(2, 2), counted);
    }

    private String workspaceDomain(WorkspaceId workspace) {
        return store().transactions()
                .in(tx -> store().access().workspace(tx, workspace))
                .orElseThrow()
                .domain();
    }

    private static Bounced back(String recipient) {
        return new Bounced(EmailAddress.of(recipient), "550 nobody", BounceCategory.HARD, true);
    }

    private boolean isSuppressed(Samples samples, String address) {
        Optional<?> found = store().transactions()
                .in(tx -> store().suppressions().find(tx, samples.workspace.id(), EmailAddress.of(address)));
        return found.isPresent();
    }
}
