/**
 * The kernel edge, for every other bundle: processes, files by bytes, mounts, sockets, polling and seccomp. Interfaces
 * are services; a test replaces them by a recording one, or news their implementation in {@code io.felucca.linux.kernel}.
 */
@Export
@Version("0.1.0")
package io.felucca.linux;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
