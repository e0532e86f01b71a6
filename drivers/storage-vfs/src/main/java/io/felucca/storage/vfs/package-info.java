/**
 * The storage driver {@code vfs}: a layer is a full copy of its parent. Works on every filesystem; the smallest driver
 * there is, to be read before another is written.
 */
package io.felucca.storage.vfs;
