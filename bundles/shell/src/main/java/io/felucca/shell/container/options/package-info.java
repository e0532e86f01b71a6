/** What commands of containers are given: names, and the options of run, create and update, read into the records of the api. */
package io.felucca.shell.container.options;
