/** What system tests are made of: engines of their own, root filesystems, and a look at what is left on the machine. */
package io.felucca.itests.engine;
