/** Repositories over jOOQ on H2 and PostgreSQL, migrations, raw mail. */
@NullMarked
package org.chancery.storage;

import org.jspecify.annotations.NullMarked;
