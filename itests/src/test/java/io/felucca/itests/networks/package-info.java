/** Networks, published ports, links. */
package io.felucca.itests.networks;
