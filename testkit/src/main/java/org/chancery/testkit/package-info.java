/** What tests of several modules share: contract suites, scripted peers, golden mail. */
@NullMarked
package org.chancery.testkit;

import org.jspecify.annotations.NullMarked;
