/** Steps that were built before, found by what they depend on, and forgotten. */
package io.felucca.builder.cache;
