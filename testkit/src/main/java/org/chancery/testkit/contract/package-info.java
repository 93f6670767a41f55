/**
 * What every implementation of core's repositories has to do, as suites of tests over a {@code Store}; storage runs them
 * on H2 and on PostgreSQL.
 */
@NullMarked
package org.chancery.testkit.contract;

import org.jspecify.annotations.NullMarked;
