/** The engine as a whole: crashes, reboots, full disks, damaged files, drivers replaced while containers run. */
package io.felucca.itests.engine;
