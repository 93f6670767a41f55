/**
 * Workspaces, people, agents, tokens and idempotency keys in tables. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.access;

import org.jspecify.annotations.NullMarked;
