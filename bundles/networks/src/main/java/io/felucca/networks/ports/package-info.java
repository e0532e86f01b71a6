/**
 * Host ports: what is asked for, which are held, and their publishing by port mappers and relays. Uses relay; knows
 * no network.
 */
package io.felucca.networks.ports;
