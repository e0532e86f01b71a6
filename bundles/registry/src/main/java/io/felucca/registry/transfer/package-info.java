/** Pull and push: blobs on their way, several at once, and the manifests that name them. */
package io.felucca.registry.transfer;
