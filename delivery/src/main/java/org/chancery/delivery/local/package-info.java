/** Mail for our own addresses, which never leaves the machine. */
@NullMarked
package org.chancery.delivery.local;

import org.jspecify.annotations.NullMarked;
