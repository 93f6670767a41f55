/** The calls that export evidence. Depends on evidence and the HTTP rules. */
@NullMarked
package org.chancery.api.evidence;

import org.jspecify.annotations.NullMarked;
