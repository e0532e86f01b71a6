package io.felucca.engine.drivers;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Driver kinds by their SPI's name: {@code …StorageDriver} is {@code storage}, {@code …PortMapper} is {@code port}. */
final class DriverKinds {

    private static final Pattern SPI = Pattern.compile("(.+)(Driver|Mapper)");

    private DriverKinds() {}

    static String of(Class<?> kind) {
        return ofInterface(kind.getName()).orElse(kind.getSimpleName());
    }

    /** Empty for an interface that is no driver's. */
    static Optional<String> ofInterface(String interfaceName) {
        String simple = interfaceName.substring(interfaceName.lastIndexOf('.') + 1);
        Matcher spi = SPI.matcher(simple);
        return spi.matches() ? Optional.of(spi.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }
}
