package io.felucca.linux;

/** A line of {@code /proc/self/mountinfo}, unescaped. Bytes of a path are kept one to a char (ISO 8859-1). */
public record MountInfo(
        int id,
        int parentId,
        int major,
        int minor,
        String root,
        String mountPoint,
        String options,
        String propagation,
        String type,
        String source,
        String superOptions) {}
