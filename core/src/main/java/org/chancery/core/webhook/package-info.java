/**
 * Telling agents of their turns by signed calls to their URLs. Depends on subscriptions and below.
 */
@NullMarked
package org.chancery.core.webhook;

import org.jspecify.annotations.NullMarked;
