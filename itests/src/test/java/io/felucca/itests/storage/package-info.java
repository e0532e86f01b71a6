/** Storage drivers with an engine around them. */
package io.felucca.itests.storage;
