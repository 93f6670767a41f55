package org.chancery.testkit.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.Decision;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Approvals of a database, where something else happens before one is locked. */
record MeddledApprovals(ApprovalRepository approvals, Runnable beforeLock) implements ApprovalRepository {

    @Override
    public void add(Tx tx, Approval approval) {
        approvals.add(tx, approval);
    }

    @Override
    public Optional<Approval> find(Tx tx, WorkspaceId workspace, ApprovalId id) {
        return approvals.find(tx, workspace, id);
    }

    @Override
    public Optional<Approval> lock(Tx tx, WorkspaceId workspace, ApprovalId id) {
        beforeLock.run();
        return approvals.lock(tx, workspace, id);
    }

    @Override
    public Optional<Approval> ofMessage(Tx tx, WorkspaceId workspace, MessageId message) {
        return approvals.ofMessage(tx, workspace, message);
    }

    @Override
    public boolean move(Tx tx, ApprovalId id, ApprovalStatus expected, ApprovalStatus next, String standing) {
        return approvals.move(tx, id, expected, next, standing);
    }

    @Override
    public boolean reopen(Tx tx, ApprovalId id, @Nullable Instant expiresAt) {
        return approvals.reopen(tx, id, expiresAt);
    }

    @Override
    public void revise(Tx tx, ApprovalId id, RawDigest digest, String summary) {
        approvals.revise(tx, id, digest, summary);
    }

    @Override
    public void add(Tx tx, ApprovalId id, Decision decision) {
        approvals.add(tx, id, decision);
    }

    @Override
    public List<Decision> decisions(Tx tx, ApprovalId id) {
        return approvals.decisions(tx, id);
    }

    @Override
    public List<Approval> page(Tx tx, Question question, int limit) {
        return approvals.page(tx, question, limit);
    }

    @Override
    public List<Approval> overdue(Tx tx, Instant now, @Nullable Approval after, int limit) {
        return approvals.overdue(tx, now, after, limit);
    }
}
