/**
 * The pipeline over the spool: an Apache James mailet container with our matchers and mailets. This package has what they
 * all need: what a mail carries with it, and how addresses of core and of James become each other. Depends on {@code core}
 * and on the mailet API.
 */
@NullMarked
package org.chancery.mailets;

import org.jspecify.annotations.NullMarked;
