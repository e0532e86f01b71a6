package io.felucca.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Makes a component a driver. The service gets the properties {@link Drivers#KIND} and {@link Drivers#NAME}, by which it
 * is leased; the bundle gets a capability of the namespace {@value #NAMESPACE} with the attributes {@code kind} and
 * {@code name}, by which it is known for a driver while it is stopped (OSGi Core 8, section 3.3.3; OSGi Compendium 8,
 * section 112.8.2).
 */
@Capability(namespace = Driver.NAMESPACE)
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Driver {

    String NAMESPACE = "io.felucca.driver";

    /** Prefix of the names of the service's properties. */
    String PREFIX_ = "felucca.driver.";

    /** Which kind of driver it is: the constant {@code KIND} of the SPI, such as {@code storage}. */
    @Attribute
    String kind();

    /** Which one of its kind it is, such as {@code overlay2}. */
    @Attribute
    String name();
}
