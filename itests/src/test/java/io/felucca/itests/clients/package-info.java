/** Docker's clients, unchanged: the docker command, compose, docker-java, Testcontainers, docker-py, Ansible. */
package io.felucca.itests.clients;
