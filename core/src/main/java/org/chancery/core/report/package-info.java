/**
 * What comes back about mail that we sent: delivery reports and complaints, tied to their message. Depends on the queue and
 * below.
 */
@NullMarked
package org.chancery.core.report;

import org.jspecify.annotations.NullMarked;
