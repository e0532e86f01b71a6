/**
 * The services of this bundle: the façade ContainerCore, files and moves of containers, and what images, networks
 * and volumes ask about their users. Wiring makes all parts; it may use every package of this bundle, none of which
 * uses this one.
 */
package io.felucca.containers.services;
