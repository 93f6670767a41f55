/**
 * Typed ids and how they print. Depends on nothing.
 */
@NullMarked
package org.chancery.core.id;

import org.jspecify.annotations.NullMarked;
