/** The calls that show the record. Depends on the record and the HTTP rules. */
@NullMarked
package org.chancery.api.audit;

import org.jspecify.annotations.NullMarked;
