package io.felucca.images.store;

import io.felucca.images.FolderArchives;
import io.felucca.images.archive.Compression;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.LayerDiff.NamedFolder;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Limits;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Whiteouts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Archives of folders that are no layer. Stateless. */
@Component
public final class FolderFiles implements FolderArchives {

    private final Directories directories;

    @Activate
    public FolderFiles(@Reference Directories directories) {
        this.directories = directories;
    }

    @Override
    public void write(List<Folder> folders, OutputStream out) {
        List<NamedFolder> open = new ArrayList<>();
        try {
            for (Folder folder : folders) {
                String bytes = new String(folder.name().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                open.add(new NamedFolder(bytes, directories.open(folder.path())));
            }
            LayerDiff.writeFolders(open, Owners.HOST, out);
        } finally {
            open.forEach(folder -> folder.directory().close());
        }
    }

    @Override
    public void extract(Path folder, InputStream archive) {
        try (Directory directory = directories.open(folder);
                Compression.Opened tar = Compression.open(archive)) {
            LayerApplier.apply(tar.plain(), directory, Whiteouts.NONE, Limits.NONE);
        } catch (IOException e) {
            throw Compression.invalid(e);
        }
    }
}
