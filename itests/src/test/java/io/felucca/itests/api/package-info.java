/** The HTTP API: what any client may send, well-formed or not. */
package io.felucca.itests.api;
