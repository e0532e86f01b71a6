/** Thin pools of device mapper: found, made on loop files or devices, and asked for their state. */
package io.felucca.storage.devicemapper.pool;
