/**
 * What differs between two trees of files, and layer archives of the differences (OCI image-spec, layer.md).
 * Uses layers and tar.
 */
package io.felucca.images.changes;
