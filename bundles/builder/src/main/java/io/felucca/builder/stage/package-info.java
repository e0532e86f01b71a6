/** The state of one stage, what it tells, and what other stages wait for. */
package io.felucca.builder.stage;
