package io.felucca.linux;

/** A name in a directory. */
public record DirectoryEntry(byte[] name, FileType type, long inode) {}
