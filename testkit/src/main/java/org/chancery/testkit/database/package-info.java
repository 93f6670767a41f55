/** Databases for tests: H2 in memory or in a file, and a PostgreSQL of our own that can be stopped and started. */
@NullMarked
package org.chancery.testkit.database;

import org.jspecify.annotations.NullMarked;
