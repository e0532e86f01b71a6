/** Fetches what is in git repositories, by JGit: nothing of the user's or the machine's git settings is read. */
package io.felucca.git.client;
