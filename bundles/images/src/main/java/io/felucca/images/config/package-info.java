/** An image's configuration: read, made, and changed by Dockerfile instructions. */
package io.felucca.images.config;
