package io.felucca.engine.drivers;

import java.util.Optional;

/** Driver kinds by their SPI's name: {@code …StorageDriver} is {@code storage}, {@code …LogDriver} is {@code log}. */
final class DriverKinds {

    private static final String SUFFIX = "Driver";

    private DriverKinds() {}

    static String of(Class<?> kind) {
        return ofInterface(kind.getName()).orElse(kind.getSimpleName());
    }

    /** Empty for an interface that is no driver's. */
    static Optional<String> ofInterface(String interfaceName) {
        String simple = interfaceName.substring(interfaceName.lastIndexOf('.') + 1);
        return simple.endsWith(SUFFIX) && simple.length() > SUFFIX.length()
                ? Optional.of(
                        simple.substring(0, simple.length() - SUFFIX.length()).toLowerCase(java.util.Locale.ROOT))
                : Optional.empty();
    }
}
