/** The calls by which admins see what is in quarantine, and decide. */
@NullMarked
package org.chancery.api.quarantine;

import org.jspecify.annotations.NullMarked;
