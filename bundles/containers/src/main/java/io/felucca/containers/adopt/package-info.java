/**
 * What an engine does at its start with what an earlier one left: containers that run are taken over, what no
 * container owns is collected. Uses the packages of each step and is used by services alone.
 */
package io.felucca.containers.adopt;
