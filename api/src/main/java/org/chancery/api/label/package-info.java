/** The calls about labels. */
@NullMarked
package org.chancery.api.label;

import org.jspecify.annotations.NullMarked;
