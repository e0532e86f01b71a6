package io.felucca.linux.files;

/** An extended attribute; both are bytes. */
public record Xattr(byte[] name, byte[] value) {}
