/** The settings of this bundle. Uses address. */
package io.felucca.networks.settings;
