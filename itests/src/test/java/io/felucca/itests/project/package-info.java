/** Rules of the source tree: its structure, scripts, documents and requirements. */
package io.felucca.itests.project;
