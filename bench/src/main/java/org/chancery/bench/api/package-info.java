/** How long held sends and lists of approvals take with few and with many past ones. Depends on {@code compare}, {@code product}, {@code store}, {@code harness}. */
@NullMarked
package org.chancery.bench.api;

import org.jspecify.annotations.NullMarked;
