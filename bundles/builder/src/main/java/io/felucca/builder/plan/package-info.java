/** Which stages and steps a build has. */
package io.felucca.builder.plan;
