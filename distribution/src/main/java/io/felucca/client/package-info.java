/**
 * The {@code felucca} program: sends a command's words to the engine and joins the user's terminal and files to it. It
 * starts for every command, so it uses nothing but the JDK and little of that: no lambdas, no regular expressions, no
 * formatters on the way to the first byte.
 */
package io.felucca.client;
