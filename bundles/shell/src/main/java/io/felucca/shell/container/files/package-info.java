/** Commands about the files of containers: cp, diff, export, commit. */
package io.felucca.shell.container.files;
