package io.felucca.engine.drivers;

import io.felucca.engine.DriverKind;

/** A driver SPI for tests. */
@DriverKind("storage")
public interface StorageDriver {
    String work();
}
