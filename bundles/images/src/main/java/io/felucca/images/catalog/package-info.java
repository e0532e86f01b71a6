/**
 * index.json: which manifests there are under which names, and what the images of these manifests say.
 * Uses archive, config and content; knows no storage driver.
 */
package io.felucca.images.catalog;
