package org.chancery.api.token;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chancery.api.http.Field;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Scope;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/tokens/} takes. */
public record TokenRequest(
        @Field("The only inbox that the token may use: its id or its address.") @Nullable
        String inboxId,

        @Field("The agent that the token acts for.") @Nullable
        String agentId,

        @Field(value = "What people know the token by.", notBlank = true, singleLine = true, maxLength = 200)
        String label,

        @Field("What the token may do.") List<String> scopes,

        @Field(
                value = "Actions that wait for people: email:send, or rules with the conditions under which it does.",
                maxItems = ApprovalRuleTree.MAX_RULES)
        @Nullable
        List<Object> requiresApproval,

        @Field("From when on the token is refused; never, if left out.") @Nullable
        Instant expiresAt) {

    Grant grant() {
        return new Grant(
                scopeSet(scopes), requiresApproval == null ? ApprovalRules.NONE : rules(requiresApproval), expiresAt);
    }

    static Set<Scope> scopeSet(List<String> scopes) {
        if (scopes.isEmpty()) {
            throw CallerFault.invalid("/scopes", "must name a scope");
        }
        Set<Scope> set = new LinkedHashSet<>();
        for (int i = 0; i < scopes.size(); i++) {
            String pointer = "/scopes/" + i;
            set.add(Scope.parse(scopes.get(i)).orElseThrow(() -> CallerFault.invalid(pointer, "is no scope")));
        }
        return set;
    }

    static ApprovalRules rules(List<Object> requiresApproval) {
        return ApprovalRuleTree.read(requiresApproval, "/requires_approval");
    }
}
