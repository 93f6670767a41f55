/**
 * Signs what leaves (DKIM: RFC 6376, RFC 8301, RFC 8463), over one pass through the mail. Depends on {@code core.dkim}, whose keys
 * it uses, and on the name servers' answers.
 */
@NullMarked
package org.chancery.delivery.dkim;

import org.jspecify.annotations.NullMarked;
