/** Which reports were recorded, in the database. */
@NullMarked
package org.chancery.storage.report;

import org.jspecify.annotations.NullMarked;
