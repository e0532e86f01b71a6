package io.felucca.images.store;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What is configured for images. */
@ObjectClassDefinition(name = "Felucca images", description = "Collection of unused images on a full disk")
public @interface ImagesConfig {

    String PID = "io.felucca.images";

    @AttributeDefinition(
            description = "--image-gc-high-threshold: percent of the data root's disk above which unused images are"
                    + " removed before others arrive; 0 for never")
    int gc_high() default 0;

    @AttributeDefinition(description = "--image-gc-low-threshold: percent of the disk at which that ends")
    int gc_low() default 0;
}
