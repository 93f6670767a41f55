/**
 * What all conversations with other machines share: where nothing of a stranger can be, and how long one may last. Depends on
 * nothing.
 */
@NullMarked
package org.chancery.delivery.net;

import org.jspecify.annotations.NullMarked;
