package org.chancery.testkit.database;

import java.util.TimeZone;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a test class far from UTC, at an offset with minutes in it. Database sessions take their time zone from the JVM, so
 * that a time which passes through it somewhere comes out wrong.
 */
public final class OddTimeZone implements BeforeAllCallback, AfterAllCallback {
    private static final TimeZone KATHMANDU = TimeZone.getTimeZone("Asia/Kathmandu");

    private final TimeZone usual = TimeZone.getDefault();

    @Override
    public void beforeAll(ExtensionContext context) {
        TimeZone.setDefault(KATHMANDU);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        TimeZone.setDefault(usual);
    }
}
