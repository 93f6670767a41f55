/** The server's certificate and key, for every protocol that speaks TLS. Depends on the JDK and Bouncy Castle. */
@NullMarked
package org.chancery.smtpingest.tls;

import org.jspecify.annotations.NullMarked;
