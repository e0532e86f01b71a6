/** Files of contexts and stages: chosen, hashed, copied into layers. */
package io.felucca.builder.files;
