/** Signs mail, so that what verifies it can be tested. */
@NullMarked
package org.chancery.testkit.signature;

import org.jspecify.annotations.NullMarked;
