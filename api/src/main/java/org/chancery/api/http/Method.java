package org.chancery.api.http;

/** The methods that routes answer. HEAD comes with each GET (RFC 9110 §9.3.2). */
public enum Method {
    GET,
    POST,
    PATCH,
    DELETE
}
