package org.chancery.api.approval;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Route;
import org.chancery.api.triage.Download;
import org.chancery.core.access.Scope;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalService.Reviewed;
import org.chancery.core.approval.ApprovalService.Yes;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.approval.ApprovalView.Shown;
import org.chancery.core.approval.Decision.Kind;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.mail.FullReading;
import org.jspecify.annotations.Nullable;

/** The calls by which people see what waits for them, and decide. */
public final class ApprovalRoutes {
    private static final String ITEM = "/v1/approvals/{id}/";

    /** Each row has its mail and its thread looked up. */
    private static final Paging PAGING = new Paging("approvals", 25, 100);

    /** What is read of the mails on one page in all; as for lists of messages. */
    private static final long MAX_READ_IN_PAGE = 4 << 20;

    private final ApprovalService approvals;
    private final ApprovalView view;

    public ApprovalRoutes(ApprovalService approvals, ApprovalView view) {
        this.approvals = approvals;
        this.view = view;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/approvals/", "List what waits for approval, or waited, newest first")
                        .needs(Scope.APPROVALS_READ)
                        .parameters(PAGING.parametersWith(new Parameter.Choice(
                                "status",
                                "Only approvals in this state; pending where it is not given.",
                                Arrays.stream(ApprovalStatus.values())
                                        .map(ApprovalStatus::text)
                                        .toList())))
                        .givesList(ApprovalJson.class)
                        .handledBy(this::list),
                Route.get(ITEM, "Show an approval: what is held, what was said before, who decided")
                        .needs(Scope.APPROVALS_READ)
                        .gives(200, ApprovalJson.class)
                        .handledBy(call -> Answer.ok(shown(call, approvals.show(call.by(), id(call))))),
                Route.get(ITEM + "raw/", "Get the mail that is decided on, byte for byte")
                        .needs(Scope.APPROVALS_READ)
                        .givesContent("message/rfc822")
                        .handledBy(this::raw),
                Route.get(ITEM + "attachments/{attachment_id}/", "Get a file of the mail that is decided on")
                        .needs(Scope.APPROVALS_READ)
                        .givesContent("application/octet-stream")
                        .handledBy(this::attachment),
                Route.post(ITEM + "approve/", "Release what is held, as it is or as edited here")
                        .needs(Scope.APPROVALS_WRITE)
                        .mayTake(ApproveRequest.class)
                        .gives(200, ApprovalJson.class)
                        .handledBy(this::approve),
                Route.post(ITEM + "reject/", "Discard what is held")
                        .needs(Scope.APPROVALS_WRITE)
                        .mayTake(RefuseRequest.class)
                        .gives(200, ApprovalJson.class)
                        .handledBy(this::reject),
                Route.post(ITEM + "reopen/", "Have what expired wait again; for owners")
                        .needs(Scope.APPROVALS_WRITE)
                        .mayTake(ReopenRequest.class)
                        .gives(200, ApprovalJson.class)
                        .handledBy(call -> Answer.ok(shown(
                                call,
                                approvals.reopen(
                                        call.by(),
                                        id(call),
                                        call.bodyIfAny(ReopenRequest.class)
                                                .map(wanted -> text(wanted.note()))
                                                .orElse(""))))));
    }

    private Answer approve(Call call) {
        Yes yes = call.bodyIfAny(ApproveRequest.class)
                .orElse(ApproveRequest.AS_IT_IS)
                .yes();
        return decided(call, Kind.APPROVE, () -> approvals.approve(call.by(), id(call), yes));
    }

    private Answer reject(Call call) {
        String reason =
                call.bodyIfAny(RefuseRequest.class).map(no -> text(no.reason())).orElse("");
        return decided(call, Kind.REJECT, () -> approvals.reject(call.by(), id(call), reason));
    }

    /** Of a request that is taken up again: what stands in its way may be what it did itself before it was cut off. */
    private Answer decided(Call call, Kind kind, Supplier<Reviewed> decision) {
        try {
            return Answer.ok(shown(call, decision.get()));
        } catch (CallerFault fault) {
            Instant cutOff = call.cutOffAt().orElse(null);
            if (cutOff == null || fault.kind() != CallerFault.Kind.CONFLICT) {
                throw fault;
            }
            Reviewed now = approvals.show(call.by(), id(call));
            boolean isDone = now.decisions().stream()
                    .anyMatch(one -> one.kind() == kind
                            && one.by().idText().equals(call.by().actor().idText())
                            && !one.at().isBefore(cutOff));
            if (!isDone) {
                throw fault;
            }
            return Answer.ok(shown(call, now));
        }
    }

    private static ApprovalId id(Call call) {
        return call.id(ApprovalId::parse, "approval");
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given.strip();
    }

    private Answer list(Call call) {
        String wanted = call.query().text("status");
        ApprovalStatus status = wanted == null
                ? ApprovalStatus.PENDING
                : ApprovalStatus.parse(wanted).orElseThrow();
        ApprovalId before = PAGING.place(call, ApprovalId::parse);
        List<Approval> found = approvals.list(call.by(), status, before, PAGING.lookFor(call));
        return Answer.page(
                rows(call, PAGING.rows(call, found)),
                PAGING.link(call, found, row -> row.id().text()));
    }

    /** The newest mails are read, as many as fit into the page's share. */
    private List<ApprovalJson> rows(Call call, List<Approval> page) {
        List<ApprovalJson> rows = new ArrayList<>();
        long left = MAX_READ_IN_PAGE;
        for (Approval approval : page) {
            Shown shown = view.of(call.by(), approval);
            long size = shown.message().facts().size();
            boolean isRead = size <= left;
            left -= isRead ? size : 0;
            FullReading reading = isRead ? view.readInFull(call.by(), shown.message()) : null;
            rows.add(ApprovalJson.of(shown, reading, history(shown, null), null));
        }
        return rows;
    }

    private static List<HistoryJson> history(Shown shown, @Nullable ApprovalView reader) {
        return shown.history().stream()
                .map(message -> HistoryJson.of(message, reader))
                .toList();
    }

    private ApprovalJson shown(Call call, Reviewed reviewed) {
        Shown shown = view.of(call.by(), reviewed.approval());
        return ApprovalJson.of(
                shown,
                view.readInFull(call.by(), shown.message()),
                history(shown, view),
                reviewed.decisions().stream()
                        .map(decision -> ApprovalDecisionJson.of(decision, view))
                        .toList());
    }

    private Answer raw(Call call) {
        Approval approval = approvals.show(call.by(), id(call)).approval();
        return new Answer.Stream(
                "message/rfc822",
                view.of(call.by(), approval).message().facts().size(),
                view.rawFor(call.by(), approval),
                Map.of(
                        "Content-Disposition",
                        "attachment; filename=\"" + approval.id().text() + ".eml\"",
                        "Cache-Control",
                        "no-store"));
    }

    /** Whoever is to decide opens the files, too, whether they see the inbox or not. */
    private Answer attachment(Call call) {
        Approval approval = approvals.show(call.by(), id(call)).approval();
        String file = call.path().getOrDefault("attachment_id", "");
        return Download.of(view.fileOf(approval, file).orElseThrow(() -> CallerFault.notFound("attachment")));
    }
}
