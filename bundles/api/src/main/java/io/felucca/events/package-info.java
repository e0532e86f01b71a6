/**
 * What happens in the engine, for those who tell it (core bundles) and those who follow it (front ends, host platforms).
 */
@Export
@Version("0.1.0")
package io.felucca.events;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
