/** The memory of what has happened, and those who follow it. */
package io.felucca.engine.events;
