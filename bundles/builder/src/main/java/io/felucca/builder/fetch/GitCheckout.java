package io.felucca.builder.fetch;

import io.felucca.FeluccaException;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.git.GitReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** The files of a git repository in a folder. */
public final class GitCheckout {

    private GitCheckout() {}

    public static void into(
            Path folder,
            GitReference what,
            boolean keepGitFolder,
            Services services,
            BuildFolder work,
            BooleanSupplier wanted) {
        Path scratch = work.newFolder();
        Path archive = work.newFolder().resolve("archive.tar");
        try {
            try (OutputStream out = Files.newOutputStream(archive)) {
                services.git().get().archive(what, keepGitFolder, scratch, out, wanted);
            }
            work.removeFolder(scratch);
            try (InputStream in = Files.newInputStream(archive)) {
                services.archives().extract(folder, in);
            }
            work.removeFolder(archive.getParent());
        } catch (IOException e) {
            throw FeluccaException.system("cannot keep the files of " + what.shown() + ": " + e, e);
        }
    }
}
