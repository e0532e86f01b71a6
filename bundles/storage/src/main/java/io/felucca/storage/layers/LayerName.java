package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.util.Optional;

/**
 * A layer of a driver: two drivers may hold one of the same key, as while a container moves. Files and folders that stand
 * for it are called {@code KEY.DRIVER}; the driver's name has no dot.
 */
record LayerName(String driver, String key) {

    /** @throws FeluccaException INVALID for a driver's name with a dot */
    LayerName {
        if (driver.indexOf('.') >= 0) {
            throw FeluccaException.invalid("a storage driver cannot be called " + driver
                    + ": its name is what follows the last dot in names of files; give it one without");
        }
    }

    String file() {
        return key + "." + driver;
    }

    /** Empty for what is no such name. */
    static Optional<LayerName> ofFile(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 || dot == name.length() - 1
                ? Optional.empty()
                : Optional.of(new LayerName(name.substring(dot + 1), name.substring(0, dot)));
    }

    @Override
    public String toString() {
        return key + " of " + driver;
    }
}
