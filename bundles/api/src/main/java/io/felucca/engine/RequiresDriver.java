package io.felucca.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.resource.Namespace;

/**
 * Says of a component that it is of no use without some driver of a kind. The bundle gets a requirement of the namespace
 * {@value Driver#NAMESPACE}, which a capability of {@link Driver} meets; which driver that is remains open. A resolver,
 * such as that of Karaf's features, notices a missing driver or brings one. The requirement has the directive
 * {@code effective:=active}, so that a framework starts the bundle without it and drivers come and go at will.
 */
@Requirement(namespace = Driver.NAMESPACE, filter = "(kind=${#value})", effective = Namespace.EFFECTIVE_ACTIVE)
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface RequiresDriver {

    /** The constant {@code KIND} of the SPI, such as {@code storage}. */
    String value();
}
