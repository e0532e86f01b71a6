package io.felucca.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which kind of driver an SPI is for; every SPI that is leased by {@link Drivers} carries it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface DriverKind {

    /** In messages and lists, and in {@link Driver#kind}: {@code storage}. */
    String value();
}
