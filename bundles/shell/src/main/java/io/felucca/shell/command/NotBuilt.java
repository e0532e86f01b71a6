package io.felucca.shell.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an option of Docker's that the engine cannot honour yet: it is known, shown and refused, never ignored. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface NotBuilt {

    /** What to do instead, or empty. */
    String value() default "";
}
