/**
 * The few ways in which a call can fail for a reason that its caller is told: categories caller, conflict and unavailable. Everything else that is thrown is a bug. Depends on nothing.
 */
@NullMarked
package org.chancery.core.fault;

import org.jspecify.annotations.NullMarked;
