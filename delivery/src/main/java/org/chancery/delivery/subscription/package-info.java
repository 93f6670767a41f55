/**
 * Works the deliveries of events. Depends on {@code core.subscription}.
 */
@NullMarked
package org.chancery.delivery.subscription;

import org.jspecify.annotations.NullMarked;
