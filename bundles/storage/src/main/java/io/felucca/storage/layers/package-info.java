/**
 * The {@link io.felucca.storage.Storage} façade: {@link io.felucca.storage.layers.OpenStores} opens and leases,
 * {@link io.felucca.storage.layers.LayerMounts} mounts and counts, {@link io.felucca.storage.layers.ContainerLayers}
 * makes and removes layers of containers, {@link io.felucca.storage.layers.DriverChoice} chooses.
 */
package io.felucca.storage.layers;
