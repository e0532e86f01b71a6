package io.felucca.linux.net;

import java.util.List;
import java.util.Optional;

/** A change of a table. What is there already is no failure to add, unless it is another. */
public sealed interface NftChange {

    record AddTable() implements NftChange {}

    record DeleteTable() implements NftChange {}

    record AddSet(NftSet set) implements NftChange {}

    record FlushSet(NftSet set) implements NftChange {}

    /** @param hook empty for a chain that others jump to */
    record AddChain(String name, Optional<Hook> hook) implements NftChange {}

    /** Removes the chain's rules. */
    record FlushChain(String name) implements NftChange {}

    record AddRule(String chain, NftRule rule) implements NftChange {}

    record AddElements(NftSet set, List<NftSet.Element> elements) implements NftChange {}

    /** Values need not be told. */
    record DeleteElements(NftSet set, List<NftSet.Element> elements) implements NftChange {}

    /**
     * Where a base chain sees packets, which it lets pass where no rule decides.
     *
     * @param type {@code filter} or {@code nat}
     */
    record Hook(String type, Point point, int priority) {}

    /** The kernel's hooks, by number. */
    enum Point {
        PREROUTING,
        INPUT,
        FORWARD,
        OUTPUT,
        POSTROUTING
    }
}
