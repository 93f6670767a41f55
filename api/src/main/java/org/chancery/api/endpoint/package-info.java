/**
 * Endpoints as admins make and see them ({@code /v1/api/email/endpoints}) and as inboxes to use ({@code /v1/inboxes/}).
 */
@NullMarked
package org.chancery.api.endpoint;

import org.jspecify.annotations.NullMarked;
