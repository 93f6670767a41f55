package org.chancery.bench.harness;

/** Something that can be set on the command line as {@code --name value}. */
public record Option(String name, String defaultText, String meaning) {}
