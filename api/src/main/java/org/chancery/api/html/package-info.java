/**
 * Makes the HTML of strangers safe to show. Depends on the sanitiser alone; every feature that shows mail uses it.
 */
@NullMarked
package org.chancery.api.html;

import org.jspecify.annotations.NullMarked;
