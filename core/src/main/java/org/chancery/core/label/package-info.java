/** What a workspace sorts its mail by. Depends on access and below. */
@NullMarked
package org.chancery.core.label;

import org.jspecify.annotations.NullMarked;
