package io.felucca.git.client;

import io.felucca.FeluccaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.transport.PackParser;

/** A bare repository in a folder, whose packs keep to bounds. */
final class BoundedRepository extends FileRepository {

    /** The mark, the version and the number of objects. */
    private static final int HEADER_BYTES = 12;

    private final Bounds bounds;

    private BoundedRepository(Path folder, Bounds bounds) throws IOException {
        super(folder.toFile());
        this.bounds = bounds;
    }

    static BoundedRepository create(Path folder, Bounds bounds) throws IOException {
        BoundedRepository made = new BoundedRepository(folder, bounds);
        made.create(true);
        return made;
    }

    @Override
    public ObjectInserter newObjectInserter() {
        ObjectInserter inserter = super.newObjectInserter();
        return new ObjectInserter.Filter() {

            @Override
            protected ObjectInserter delegate() {
                return inserter;
            }

            @Override
            public ObjectReader newReader() {
                return inserter.newReader();
            }

            @Override
            public PackParser newPackParser(InputStream in) throws IOException {
                bounds.pack(true);
                byte[] header = in.readNBytes(HEADER_BYTES);
                if (header.length == HEADER_BYTES) {
                    requireFew(ByteBuffer.wrap(header).getInt(HEADER_BYTES - Integer.BYTES));
                }
                PackParser parser = super.newPackParser(new SequenceInputStream(new ByteArrayInputStream(header), in));
                parser.setMaxObjectSizeLimit(Bounds.OBJECT_BYTES);
                return parser;
            }
        };
    }

    private static void requireFew(int objects) {
        if (objects < 0 || objects > Bounds.PACK_OBJECTS) {
            throw FeluccaException.invalid("cannot fetch a repository whose commit has "
                    + Integer.toUnsignedString(objects) + " objects: " + Bounds.PACK_OBJECTS + " is the most");
        }
    }
}
