package io.felucca.linux;

/** An extended attribute; both are bytes. */
public record Xattr(byte[] name, byte[] value) {}
