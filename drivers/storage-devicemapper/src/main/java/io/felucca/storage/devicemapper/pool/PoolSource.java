package io.felucca.storage.devicemapper.pool;

import java.util.Map;
import java.util.Optional;

/** Where a store's thin pool comes from. */
public interface PoolSource {

    /** Why it cannot be used here, if so. Changes nothing. */
    Optional<String> problem();

    /** Has the pool active, made if it is new; returns its name. Idempotent. */
    String activate();

    /** The pairs of {@code info} that tell of it, in order. */
    Map<String, String> info();

    /** What speaks against it, or empty. */
    String warning();

    /** Whether what is removed is discarded below the pool, when nobody says otherwise. */
    boolean discards();

    /** The store is closed, or could not be opened: what nobody uses any more is let go. Idempotent. */
    void deactivate();
}
