/** A stranger who speaks SMTP to us, from Java and from dialog files. Depends on the JDK. */
@NullMarked
package org.chancery.testkit.smtp;

import org.jspecify.annotations.NullMarked;
