package io.felucca.itests.clients;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/** Starts a container on a network and dies without stopping them, as a test that is killed: Ryuk has to remove both. */
final class LeftToTheReaper {

    private LeftToTheReaper() {}

    public static void main(String[] words) {
        GenericContainer<?> left = new GenericContainer<>("busybox:latest")
                .withCommand("sleep", "1000")
                .withNetwork(Network.newNetwork());
        left.start();
        System.out.println("started " + left.getContainerId());
        System.out.flush();
        Runtime.getRuntime().halt(9);
    }
}
