/**
 * Containers on their networks: how one joins at its start, is connected and disconnected later, and what links and
 * files in /etc follow from it. Works by the façades of networks; uses state, settings and process.
 */
package io.felucca.containers.network;
