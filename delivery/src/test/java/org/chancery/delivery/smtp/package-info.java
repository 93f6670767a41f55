@NullMarked
package org.chancery.delivery.smtp;

import org.jspecify.annotations.NullMarked;
