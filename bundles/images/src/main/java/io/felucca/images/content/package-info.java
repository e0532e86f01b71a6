/** The OCI image layout on disk: blobs, index.json, and the records of OCI's JSON. */
package io.felucca.images.content;
