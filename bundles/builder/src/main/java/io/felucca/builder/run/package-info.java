/** Runs the steps of builds, on the façades. */
package io.felucca.builder.run;
