package io.felucca.git.client;

import io.felucca.FeluccaException;
import io.felucca.git.GitReference;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/** Fetches one commit into a repository, without its history. */
final class Fetch {

    private final GitReference what;
    private final BoundedRepository repository;
    private final Bounds bounds;

    Fetch(GitReference what, BoundedRepository repository, Bounds bounds) {
        this.what = what;
        this.repository = repository;
        this.bounds = bounds;
    }

    /** @return the commit's id */
    ObjectId run() {
        bounds.pack(false);
        try (Transport transport = transport()) {
            transport.setDepth(1);
            transport.setFetchThin(false);
            transport.setObjectChecker(checker());
            try (FetchConnection connection = transport.openFetch(List.of(), patterns())) {
                if (!(connection instanceof BasePackFetchConnection)) {
                    throw FeluccaException.unsupported("cannot fetch " + what.shown()
                            + ": it is served as plain files, not by git; serve it by git http-backend");
                }
                Ref wanted = wanted(connection);
                connection.fetch(new Cancelling(), List.of(wanted), Set.of());
                return commit(wanted.getObjectId());
            }
        } catch (IOException | URISyntaxException e) {
            throw failure(e);
        }
    }

    private FeluccaException failure(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FeluccaException known) {
                return known;
            }
        }
        String text = e instanceof NoRemoteRepositoryException
                ? "fatal: repository '" + what.shown() + "/' not found"
                : GitReference.withoutCredentials(String.valueOf(e.getMessage()));
        return FeluccaException.system("error fetching: " + text, e);
    }

    private Transport transport() throws IOException, URISyntaxException {
        URIish uri = new URIish(what.url());
        if (what.url().toLowerCase(Locale.ROOT).startsWith("git:")) {
            return new GitTransport(repository, uri, bounds);
        }
        TransportHttp transport = (TransportHttp) Transport.open(repository, uri);
        transport.setHttpConnectionFactory(new HttpConnections(bounds, uri));
        return transport;
    }

    private static ObjectChecker checker() {
        return new ObjectChecker().setAllowInvalidPersonIdent(true).setAllowLeadingZeroFileMode(true);
    }

    private String[] patterns() {
        String name = what.reference();
        return ObjectId.isId(name) ? new String[] {"HEAD"} : names(name).toArray(String[]::new);
    }

    /** The names that git tries, in its order. */
    private static List<String> names(String name) {
        return List.of(name, "refs/" + name, "refs/tags/" + name, "refs/heads/" + name);
    }

    private Ref wanted(FetchConnection connection) {
        for (String name : names(what.reference())) {
            Ref there = connection.getRef(name);
            if (there != null && there.getObjectId() != null) {
                return there;
            }
        }
        if (ObjectId.isId(what.reference())) {
            ObjectId id = ObjectId.fromString(what.reference());
            return new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, what.reference(), id);
        }
        throw FeluccaException.system("error fetching: fatal: couldn't find remote ref " + what.reference());
    }

    private ObjectId commit(ObjectId id) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            return walk.parseCommit(id).copy();
        }
    }

    private final class Cancelling extends EmptyProgressMonitor {

        @Override
        public boolean isCancelled() {
            bounds.check();
            return false;
        }
    }
}
