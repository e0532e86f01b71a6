/**
 * What callers ask of the images that are there: lists with Docker's filters, and disk usage.
 * Uses catalog.
 */
package io.felucca.images.query;
