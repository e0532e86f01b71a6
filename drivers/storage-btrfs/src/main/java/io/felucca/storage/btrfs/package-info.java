/**
 * The storage driver {@code btrfs}: a layer is a subvolume, made as a snapshot of its parent. Not among the drivers that the
 * engine starts with: its jar is dropped into {@code deploy/}.
 */
package io.felucca.storage.btrfs;
