package org.chancery.api.evidence;

import java.util.List;
import java.util.Map;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.evidence.Evidence;
import org.chancery.core.evidence.EvidenceService;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;

/** The calls by which admins take all about a thing with them, in one signed file. */
public final class EvidenceRoutes {
    private final EvidenceService evidence;

    public EvidenceRoutes(EvidenceService evidence) {
        this.evidence = evidence;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/messages/{id}/evidence/",
                                "Export a mail with verdicts, decisions, attempts and its place in the record, signed")
                        .needs(Scope.ADMIN)
                        .givesContent("application/x-tar")
                        .handledBy(call -> bundle(evidence.ofMessage(call.by(), call.id(MessageId::parse, "message")))),
                Route.get(
                                "/v1/approvals/{id}/evidence/",
                                "Export an approval with the mail, who decided, and its place in the record, signed")
                        .needs(Scope.ADMIN)
                        .givesContent("application/x-tar")
                        .handledBy(call ->
                                bundle(evidence.ofApproval(call.by(), call.id(ApprovalId::parse, "approval")))));
    }

    /** What is asked for is found before the answer begins, so that a 404 is one. */
    private Answer bundle(Evidence found) {
        return new Answer.Written(
                "application/x-tar",
                out -> evidence.write(found, out),
                Map.of("Content-Disposition", "attachment; filename=\"" + found.about() + ".evidence.tar\""));
    }
}
