/**
 * Drafts, the review queue, activity and what people do with mail that waits for them. Depends on send and below.
 */
@NullMarked
package org.chancery.core.triage;

import org.jspecify.annotations.NullMarked;
