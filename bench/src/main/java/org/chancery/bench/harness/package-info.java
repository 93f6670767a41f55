/** What every benchmark has: options, surroundings, figures of the machine, a report. Depends on the JDK and on JSON. */
@NullMarked
package org.chancery.bench.harness;

import org.jspecify.annotations.NullMarked;
