package io.felucca.engine.drivers;

/** A driver SPI for tests. */
public interface StorageDriver {
    String work();
}
