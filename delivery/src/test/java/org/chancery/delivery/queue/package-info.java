@NullMarked
package org.chancery.delivery.queue;

import org.jspecify.annotations.NullMarked;
