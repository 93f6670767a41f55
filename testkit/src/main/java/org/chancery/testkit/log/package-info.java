/** What tests do to the log. Depends on Logback. */
@NullMarked
package org.chancery.testkit.log;

import org.jspecify.annotations.NullMarked;
