/**
 * Mail that the server itself writes to people, because something waits for them. Depends on approvals, sending and
 * subscriptions.
 */
@NullMarked
package org.chancery.core.notice;

import org.jspecify.annotations.NullMarked;
