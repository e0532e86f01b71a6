/** Which addresses are whose: pools, and what is taken of them. */
package io.felucca.networks.address;
