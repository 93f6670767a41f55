/**
 * Calls to URLs that a workspace's admins chose: signed, and guarded against destinations inside our own network. Depends on
 * {@code core.webhook} and the network's rules.
 */
@NullMarked
package org.chancery.delivery.webhook;

import org.jspecify.annotations.NullMarked;
