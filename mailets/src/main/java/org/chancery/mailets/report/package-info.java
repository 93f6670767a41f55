/** What comes back about mail that we sent. */
@NullMarked
package org.chancery.mailets.report;

import org.jspecify.annotations.NullMarked;
