/** Pull, push, login and search, on registries of loopback. */
package io.felucca.itests.registry;
