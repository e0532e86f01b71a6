package io.felucca.shell;

import io.felucca.FeluccaException;
import io.felucca.networks.Network;
import io.felucca.networks.NetworkSpec;
import io.felucca.networks.Networks;
import java.util.List;
import java.util.Map;

/** Networks of which prune removes {@code n1}. */
public final class FakeNetworks implements Networks {

    @Override
    public Created create(NetworkSpec spec) {
        throw new UnsupportedOperationException("create");
    }

    @Override
    public Network get(String name) {
        throw FeluccaException.notFound("network " + name + " not found");
    }

    @Override
    public List<Network> list(Map<String, List<String>> filters) {
        return List.of();
    }

    @Override
    public void remove(String name) {
        throw new UnsupportedOperationException("remove");
    }

    @Override
    public List<String> prune(Map<String, List<String>> filters) {
        return List.of("n1");
    }
}
