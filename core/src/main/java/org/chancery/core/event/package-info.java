/**
 * The append-only event log and how it is read. Depends on ids and transactions.
 */
@NullMarked
package org.chancery.core.event;

import org.jspecify.annotations.NullMarked;
