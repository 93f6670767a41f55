package org.chancery.api.token;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Token;
import org.jspecify.annotations.Nullable;

/** What {@code PATCH /v1/tokens/{id}/} takes; what is left out stays as it is. */
public record TokenChange(
        @Field(value = "What people know the token by.", notBlank = true, singleLine = true, maxLength = 200)
        Given<String> label,

        @Field("All that the token may do from now on.") Given<List<String>> scopes,

        @Field(
                value = "All that waits for people from now on, as when a token is made.",
                maxItems = ApprovalRuleTree.MAX_RULES)
        Given<List<Object>> requiresApproval,

        @Field("From when on the token is refused; null for never.")
        Given<@Nullable Instant> expiresAt) {

    Token applyTo(Token token) {
        Grant grant = token.grant();
        return new Token(
                token.id(),
                token.workspace(),
                label.or(token.label()),
                new Grant(
                        scopes.ifAny().map(TokenRequest::scopeSet).orElse(grant.scopes()),
                        requiresApproval.ifAny().map(TokenRequest::rules).orElse(grant.approvalRules()),
                        expiresAt.orNullable(grant.expiresAt())),
                token.endpoint(),
                token.agent(),
                token.maker(),
                token.createdAt());
    }
}
