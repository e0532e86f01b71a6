/** The spool that monitors write: reading, following and rotating it. */
package io.felucca.containers.logs;
