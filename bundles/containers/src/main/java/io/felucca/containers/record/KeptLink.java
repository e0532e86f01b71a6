package io.felucca.containers.record;

/** A link as a container's record keeps it: the id of its source, a colon, and the alias. */
public final class KeptLink {

    private KeptLink() {}

    public static String source(String kept) {
        return kept.substring(0, kept.indexOf(':'));
    }

    public static String alias(String kept) {
        return kept.substring(kept.indexOf(':') + 1);
    }
}
