/** Where the engine keeps its state, and what it is. */
package io.felucca.engine.root;
