/**
 * Workspaces, people, agents, tokens and scopes: who may do what. Depends on events and below.
 */
@NullMarked
package org.chancery.core.access;

import org.jspecify.annotations.NullMarked;
