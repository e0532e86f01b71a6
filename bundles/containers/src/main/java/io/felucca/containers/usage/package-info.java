/** What containers use, read from the kernel's files: no driver is asked. */
package io.felucca.containers.usage;
