/** The MTA-STS policies of domains that we bring mail to, in their table. */
@NullMarked
package org.chancery.storage.sts;

import org.jspecify.annotations.NullMarked;
