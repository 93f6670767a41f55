/** The main job on a throw-away server, shown step by step as it is seen from outside. */
@NullMarked
package org.chancery.server.demo;

import org.jspecify.annotations.NullMarked;
