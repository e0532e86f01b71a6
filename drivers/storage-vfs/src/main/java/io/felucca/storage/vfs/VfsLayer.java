package io.felucca.storage.vfs;

import io.felucca.linux.folders.LayerRecord;
import io.felucca.storage.spi.LayerStore.LayerInfo;

/** What is recorded of a layer: nothing of the driver's own. */
record VfsLayer(LayerInfo info) implements LayerRecord {}
