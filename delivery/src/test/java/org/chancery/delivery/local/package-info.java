@NullMarked
package org.chancery.delivery.local;

import org.jspecify.annotations.NullMarked;
