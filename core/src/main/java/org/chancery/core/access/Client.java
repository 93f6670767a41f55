package org.chancery.core.access;

import org.chancery.core.audit.Channel;

/** Who shows a secret: from where, and by which way. */
public record Client(ClientNetwork network, Channel channel) {}
