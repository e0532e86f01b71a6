package io.felucca.git.client;

import io.felucca.git.GitReference;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Date;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** The {@code .git} folder of what was fetched: one commit, checked out, of a remote repository that is named. */
final class GitFolder {

    private static final String PREFIX = ".git/";

    private final BoundedRepository repository;
    private final File folder;

    GitFolder(BoundedRepository repository) {
        this.repository = repository;
        folder = repository.getDirectory();
    }

    void write(GitReference what, ObjectId commit, ObjectId tree, TreeArchive archive, Date time) throws IOException {
        for (String name : new String[] {"", "refs/", "refs/heads/", "objects/", "objects/info/", "objects/pack/"}) {
            archive.folder((PREFIX + name).replaceFirst("/$", ""), time);
        }
        File made = Files.createDirectory(folder.toPath().resolve("made")).toFile();
        archive.file(PREFIX + "HEAD", text(made, "HEAD", commit.name() + "\n"), time);
        archive.file(
                PREFIX + "config",
                text(made, "config", """
                [core]
                \trepositoryformatversion = 0
                \tfilemode = true
                \tbare = false
                [remote "origin"]
                \turl = %s
                \tfetch = +refs/heads/*:refs/remotes/origin/*
                """.formatted(what.shown().replaceAll("[\\\\\"\\p{Cntrl}]", ""))),
                time);
        archive.file(PREFIX + "index", index(made, tree), time);
        File shallow = new File(folder, "shallow");
        if (shallow.isFile()) {
            archive.file(PREFIX + "shallow", shallow, time);
        }
        File[] packs = new File(folder, "objects/pack").listFiles();
        for (File pack : packs == null ? new File[0] : packs) {
            if (pack.getName().matches("pack-[0-9a-f]+\\.(pack|idx)")) {
                archive.file(PREFIX + "objects/pack/" + pack.getName(), pack, time);
            }
        }
    }

    private static File text(File folder, String name, String text) throws IOException {
        return Files.writeString(folder.toPath().resolve(name), text).toFile();
    }

    private File index(File made, ObjectId tree) throws IOException {
        File file = new File(made, "index");
        DirCache index = DirCache.lock(file, repository.getFS());
        try (ObjectReader reader = repository.newObjectReader()) {
            DirCacheBuilder builder = index.builder();
            builder.addTree(new byte[0], 0, reader, tree);
            builder.finish();
            index.write();
            index.commit();
        } finally {
            index.unlock();
        }
        return file;
    }
}
