/**
 * The containers of this engine in the heap: their state, their locks, and the events told of them. Uses record,
 * logs and streams; all that works on containers uses it.
 */
package io.felucca.containers.state;
