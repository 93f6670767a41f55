package org.chancery.core.screening;

import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;

/**
 * Takes what people say about mail. Only a person's decision is told here, never what a policy or a model made of a mail: whoever
 * can send mail could teach otherwise.
 */
public interface SpamLearning {

    /** What a person took a mail for. */
    enum Lesson {
        HAM,
        SPAM
    }

    /**
     * A person decided about a mail. To be called once the decision is committed, outside any transaction. The same lesson about the
     * same mail counts once, however often it is told; another one replaces it. What cannot be learned is left out and logged: a
     * decision never fails for it.
     */
    void learn(WorkspaceId workspace, SpoolId mail, Lesson lesson, RawMail raw);

    /** The decision was taken back, and teaches nothing any more. */
    void forget(WorkspaceId workspace, SpoolId mail);

    /** Takes no lessons. */
    SpamLearning NONE = new SpamLearning() {
        @Override
        public void learn(WorkspaceId workspace, SpoolId mail, Lesson lesson, RawMail raw) {
            // Nobody listens.
        }

        @Override
        public void forget(WorkspaceId workspace, SpoolId mail) {
            // Nothing was learned.
        }
    };
}
