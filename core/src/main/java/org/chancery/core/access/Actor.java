package org.chancery.core.access;

import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.jspecify.annotations.Nullable;

/** Who acts: the one whom the record names for a decision. */
public sealed interface Actor {

    /** A person. */
    record Person(UserId id, String label) implements Actor {
        @Override
        public String kind() {
            return "user";
        }

        @Override
        public String idText() {
            return id.text();
        }
    }

    /** A program. */
    record Program(AgentId id, String label) implements Actor {
        @Override
        public String kind() {
            return "agent";
        }

        @Override
        public String idText() {
            return id.text();
        }
    }

    /** An endpoint that has no agent; its token acts for the address itself. */
    record Address(EndpointId id, String label) implements Actor {
        @Override
        public String kind() {
            return "endpoint";
        }

        @Override
        public String idText() {
            return id.text();
        }
    }

    /** {@code user}, {@code agent} or {@code endpoint}. */
    String kind();

    String idText();

    /** A name for people: an e-mail address or an agent's name. */
    String label();

    /**
     * The same in the words of the record.
     *
     * @param token that was used, or null
     */
    default Author author(Channel channel, @Nullable TokenId token) {
        return new Author(kind(), idText(), label(), channel, token == null ? null : token.text());
    }
}
