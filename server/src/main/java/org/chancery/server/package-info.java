/** Puts the parts together, starts and stops them. */
@NullMarked
package org.chancery.server;

import org.jspecify.annotations.NullMarked;
