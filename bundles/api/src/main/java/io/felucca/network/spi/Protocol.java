package io.felucca.network.spi;

import io.felucca.FeluccaException;
import java.util.Locale;

/** A transport protocol that has ports. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** As IANA numbers it. */
    public int number() {
        return number;
    }

    /** As Docker writes it: {@code tcp}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws FeluccaException INVALID with Docker's text */
    public static Protocol of(String text) {
        for (Protocol protocol : values()) {
            if (protocol.text().equalsIgnoreCase(text)) {
                return protocol;
            }
        }
        throw FeluccaException.invalid("invalid proto: " + text);
    }
}
