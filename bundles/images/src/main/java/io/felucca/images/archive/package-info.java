/** Archives as streams: compression, tar, the forms that load reads, and the one that save writes. */
package io.felucca.images.archive;
