package io.felucca.containers.life;

/** A link as a container's record keeps it: the id of its source, a colon, and the alias. */
final class KeptLink {

    private KeptLink() {}

    static String source(String kept) {
        return kept.substring(0, kept.indexOf(':'));
    }

    static String alias(String kept) {
        return kept.substring(kept.indexOf(':') + 1);
    }
}
