package org.chancery.storage.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.storage.column.Json;
import org.chancery.storage.jooq.tables.records.TokenRecord;
import org.jooq.JSONB;

/** Tokens and sessions as rows of their table. */
final class TokenRows {
    /** Of rules that cannot be read: what nobody knows is held rather than sent. */
    private static final ApprovalRules ALL_WAITS = ApprovalRuleTree.read(List.of("email:send"), "");

    private TokenRows() {}

    static TokenRecord row(Token token, String secretHash, boolean isSession) {
        EndpointId endpoint = token.endpoint();
        AgentId agent = token.agent();
        TokenRecord row = new TokenRecord();
        row.setId(token.id().value());
        row.setWorkspaceId(token.workspace().value());
        row.setSecretHash(secretHash);
        row.setLabel(token.label());
        row.setScopes(text(token.grant().scopes()));
        row.setRequiresApproval(Json.write(ApprovalRuleTree.write(token.grant().approvalRules())));
        row.setEndpointId(endpoint == null ? null : endpoint.value());
        row.setAgentId(agent == null ? null : agent.value());
        row.setMakerId(token.maker().value());
        row.setExpiresAt(token.grant().expiresAt());
        row.setCreatedAt(token.createdAt());
        row.setIsSession(isSession);
        return row;
    }

    static KeptToken kept(TokenRecord row) {
        Optional<ApprovalRules> rules = rules(row);
        Token token = new Token(
                new TokenId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getLabel(),
                new Grant(
                        rules.isPresent() ? scopes(row.getScopes()) : Set.of(),
                        rules.orElse(ALL_WAITS),
                        row.getExpiresAt()),
                row.getEndpointId() == null ? null : new EndpointId(row.getEndpointId()),
                row.getAgentId() == null ? null : new AgentId(row.getAgentId()),
                new UserId(row.getMakerId()),
                row.getCreatedAt());
        return new KeptToken(token, row.getIsSession(), row.getLastUsedAt(), rules.isPresent());
    }

    /** Empty where a later version wrote what this one does not know. */
    private static Optional<ApprovalRules> rules(TokenRecord row) {
        try {
            return Optional.of(
                    ApprovalRuleTree.read(Json.read(row.getRequiresApproval(), List.class), "/requires_approval"));
        } catch (CallerFault unknown) {
            return Optional.empty();
        }
    }

    static JSONB rules(Grant grant) {
        return Json.write(ApprovalRuleTree.write(grant.approvalRules()));
    }

    static String text(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).collect(Collectors.joining(" "));
    }

    /** A scope that this version does not know gives nothing. */
    private static Set<Scope> scopes(String text) {
        return Arrays.stream(text.split(" "))
                .map(Scope::parse)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
