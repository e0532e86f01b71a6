package io.felucca.linux.files;

/** A name in a directory. */
public record DirectoryEntry(byte[] name, FileType type, long inode) {}
