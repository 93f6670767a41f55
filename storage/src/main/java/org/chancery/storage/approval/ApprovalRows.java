package org.chancery.storage.approval;

import static org.chancery.storage.jooq.Tables.APPROVAL;
import static org.chancery.storage.jooq.Tables.APPROVAL_DECISION;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.approval.Approval.Requester;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.Decision;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.storage.access.Actors;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.tables.records.ApprovalDecisionRecord;
import org.chancery.storage.jooq.tables.records.ApprovalRecord;

/** Approvals as rows, there and back. */
final class ApprovalRows {
    private ApprovalRows() {}

    static ApprovalRecord row(Approval approval) {
        Held held = approval.held();
        Requester requester = approval.requestedBy();
        ApprovalRecord row = new ApprovalRecord();
        row.setId(approval.id().value());
        row.setWorkspaceId(held.workspace().value());
        row.setEndpointId(held.endpoint().value());
        row.setStatus(approval.status().text());
        row.setStanding(SafeText.fit(APPROVAL.STANDING, approval.standing()));
        row.setMessageId(held.message().value());
        row.setDigest(held.digest().hex());
        row.setSummary(SafeText.fit(APPROVAL.SUMMARY, held.summary()));
        row.setRequesterKind(requester.actor().kind());
        row.setRequesterId(Actors.id(requester.actor()));
        row.setRequesterLabel(
                SafeText.fit(APPROVAL.REQUESTER_LABEL, requester.actor().label()));
        row.setTokenId(requester.token().value());
        row.setMakerId(requester.maker().value());
        row.setTokenEndpointId(
                requester.endpoint() == null ? null : requester.endpoint().value());
        row.setHeldBy(Json.write(ApprovalRuleTree.write(new ApprovalRules(List.of(approval.rule())))));
        row.setHolder(approval.heldBy().text());
        row.setCreatedAt(approval.createdAt());
        row.setExpiresAt(approval.expiresAt());
        return row;
    }

    static Approval approval(ApprovalRecord row) {
        UUID tokenEndpoint = row.getTokenEndpointId();
        return new Approval(
                new ApprovalId(row.getId()),
                new Held(
                        new WorkspaceId(row.getWorkspaceId()),
                        new EndpointId(row.getEndpointId()),
                        new MessageId(row.getMessageId()),
                        new RawDigest(row.getDigest()),
                        row.getSummary()),
                new Requester(
                        Actors.of(row.getRequesterKind(), row.getRequesterId(), row.getRequesterLabel()),
                        new TokenId(row.getTokenId()),
                        new UserId(row.getMakerId()),
                        tokenEndpoint == null ? null : new EndpointId(tokenEndpoint)),
                rule(row),
                Holder.of(row.getHolder()),
                ApprovalStatus.parse(row.getStatus()).orElseThrow(),
                row.getStanding(),
                row.getCreatedAt(),
                row.getExpiresAt());
    }

    private static ApprovalRule rule(ApprovalRecord row) {
        return ApprovalRuleTree.read(Json.read(row.getHeldBy(), List.class), "/held_by")
                .rules()
                .getFirst();
    }

    static ApprovalDecisionRecord row(ApprovalId approval, int number, Decision decision) {
        RawDigest edited = decision.edited();
        ApprovalDecisionRecord row = new ApprovalDecisionRecord();
        row.setApprovalId(approval.value());
        row.setNumber(number);
        row.setUserId(decision.by().id().value());
        row.setUserLabel(
                SafeText.fit(APPROVAL_DECISION.USER_LABEL, decision.by().label()));
        row.setChannel(decision.channel().text());
        row.setKind(decision.kind().text());
        row.setNote(SafeText.fit(APPROVAL_DECISION.NOTE, decision.note()));
        row.setDigest(decision.digest().hex());
        row.setEditedDigest(edited == null ? null : edited.hex());
        row.setDecidedAt(decision.at());
        return row;
    }

    static Decision decision(ApprovalDecisionRecord row) {
        String edited = row.getEditedDigest();
        return new Decision(
                new Actor.Person(new UserId(row.getUserId()), row.getUserLabel()),
                Channel.valueOf(row.getChannel().toUpperCase(Locale.ROOT)),
                Decision.Kind.valueOf(row.getKind().toUpperCase(Locale.ROOT)),
                row.getNote(),
                new RawDigest(row.getDigest()),
                edited == null ? null : new RawDigest(edited),
                row.getDecidedAt());
    }
}
