package org.chancery.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.api.agent.AgentRoutes;
import org.chancery.api.agent.ModelUsageRoutes;
import org.chancery.api.approval.ApprovalRoutes;
import org.chancery.api.audit.AuditRoutes;
import org.chancery.api.endpoint.EndpointRoutes;
import org.chancery.api.endpoint.InboxRoutes;
import org.chancery.api.event.EventRoutes;
import org.chancery.api.evidence.EvidenceRoutes;
import org.chancery.api.health.HealthRoutes;
import org.chancery.api.health.Part;
import org.chancery.api.http.Doorkeeper;
import org.chancery.api.http.HttpConfig;
import org.chancery.api.http.HttpServer;
import org.chancery.api.http.Repeats;
import org.chancery.api.http.Route;
import org.chancery.api.http.RouteTable;
import org.chancery.api.label.LabelRoutes;
import org.chancery.api.message.MessageRoutes;
import org.chancery.api.openapi.OpenApiRoutes;
import org.chancery.api.quarantine.QuarantineRoutes;
import org.chancery.api.signin.AccountRoutes;
import org.chancery.api.signin.SignInRoutes;
import org.chancery.api.suppression.SuppressionRoutes;
import org.chancery.api.token.TokenRoutes;
import org.chancery.api.triage.QueueRoutes;
import org.chancery.api.triage.TriageParts;
import org.chancery.api.triage.TriageRoutes;
import org.chancery.api.unsubscribe.UnsubscribeRoutes;
import org.chancery.api.user.UserRoutes;
import org.chancery.core.access.AccountService;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.IdempotencyService;
import org.chancery.core.access.PeopleService;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.SignInService;
import org.chancery.core.access.TokenService;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.audit.AuditService;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.event.EventReader;
import org.chancery.core.evidence.EvidenceService;
import org.chancery.core.label.LabelService;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.quarantine.QuarantineDecisions;
import org.chancery.core.quarantine.QuarantineView;
import org.chancery.core.report.Unsubscribing;
import org.chancery.core.send.EndpointRemoval;
import org.chancery.core.send.ScheduledSends;
import org.chancery.core.send.SendService;
import org.chancery.core.subscription.Subscriptions;
import org.chancery.core.suppression.SuppressionService;
import org.chancery.core.turn.ModelDesk;

/** The HTTP API: the routes of every feature, served. */
public final class Api {
    private final EventReader events;
    private final RouteTable table;
    private final HttpServer server;

    /**
     * What the routes call.
     *
     * @param authentication shows the verdicts about senders under our name
     */
    public record Services(
            TokenService tokens,
            People people,
            EndpointService endpoints,
            EndpointRemoval removal,
            Sending sending,
            Suppressions suppressions,
            LabelService labels,
            TriageParts triage,
            AuthenticationResultsField authentication,
            EventReader events,
            Agents agents,
            Quarantine quarantine,
            Approvals approvals,
            Books books) {}

    /** What has mail leave, at once and later. */
    public record Sending(SendService now, ScheduledSends later) {}

    /** To whom nothing is sent, and who says so by themselves. */
    public record Suppressions(SuppressionService service, Unsubscribing unsubscribing) {}

    /** What the routes of agents call. */
    public record Agents(AgentService service, Subscriptions subscriptions, ModelDesk model) {}

    /** What is done about people. */
    public record People(PeopleService service, SignInService signIns, AccountService accounts) {}

    /** What was recorded, and what is exported of it. */
    public record Books(AuditService audit, EvidenceService evidence) {}

    /** What is held and what is decided about it. */
    public record Quarantine(QuarantineView held, QuarantineDecisions decisions) {}

    /** What waits for people, and what they decide. */
    public record Approvals(ApprovalService service, ApprovalView view) {}

    /** What stands before the routes. */
    public record Gate(Credentials credentials, IdempotencyService idempotency, SecretBox secrets, Clock clock) {}

    /**
     * What those see who watch the server.
     *
     * @param version of the program
     */
    public record Watch(List<Part> parts, PrometheusMeterRegistry meters, String version) {}

    public Api(HttpConfig config, Services services, Gate gate, Watch watch) {
        this.events = services.events();
        this.table = new RouteTable(routes(services, gate.clock(), watch));
        this.server = new HttpServer(
                config,
                table,
                new HttpServer.Gate(
                        new Doorkeeper(gate.credentials(), gate.clock()),
                        new Repeats(gate.idempotency()),
                        gate.secrets()),
                watch.meters(),
                gate.clock());
    }

    private static List<Route> routes(Services services, Clock clock, Watch watch) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new TokenRoutes(services.tokens(), services.endpoints()).routes());
        routes.addAll(
                new AgentRoutes(services.agents().service(), services.agents().subscriptions()).routes());
        routes.addAll(new UserRoutes(services.people().service()).routes());
        routes.addAll(new SignInRoutes(services.people().signIns(), clock).routes());
        routes.addAll(new AccountRoutes(services.people().accounts()).routes());
        routes.addAll(new ModelUsageRoutes(services.agents().model()).routes());
        routes.addAll(new EndpointRoutes(services.endpoints(), services.removal()).routes());
        routes.addAll(new InboxRoutes(services.endpoints()).routes());
        routes.addAll(new MessageRoutes(
                        services.sending().now(),
                        services.sending().later(),
                        services.triage().mail(),
                        services.triage().search(),
                        new MessageRoutes.Labels(
                                services.labels(), services.triage().labels()),
                        services.endpoints())
                .routes());
        routes.addAll(new LabelRoutes(services.labels()).routes());
        routes.addAll(new SuppressionRoutes(services.suppressions().service()).routes());
        routes.addAll(new UnsubscribeRoutes(services.suppressions().unsubscribing()).routes());
        routes.addAll(new EventRoutes(
                        services.events(),
                        services.endpoints(),
                        services.triage().mail())
                .routes());
        routes.addAll(new QueueRoutes(
                        services.triage().queues(), services.quarantine().held(), services.endpoints())
                .routes());
        routes.addAll(new TriageRoutes(services.triage(), services.authentication()).routes());
        routes.addAll(new QuarantineRoutes(
                        services.quarantine().held(),
                        services.quarantine().decisions(),
                        services.endpoints(),
                        services.authentication())
                .routes());
        routes.addAll(new ApprovalRoutes(
                        services.approvals().service(), services.approvals().view())
                .routes());
        routes.addAll(new AuditRoutes(services.books().audit()).routes());
        routes.addAll(new EvidenceRoutes(services.books().evidence()).routes());
        routes.addAll(new HealthRoutes(watch.parts(), watch.meters()).routes());
        routes.addAll(new OpenApiRoutes(routes, watch.version()).routes());
        return routes;
    }

    /** Listens from now on. */
    public void start() {
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** What it answers. */
    public List<Route> routes() {
        return table.routes();
    }

    /** Takes no more calls, sends those home who wait for events, and lets the others end within that time. */
    public void stop(Duration within) {
        events.stop();
        server.stop(within);
    }
}
