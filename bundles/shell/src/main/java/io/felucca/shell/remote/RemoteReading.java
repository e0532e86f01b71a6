package io.felucca.shell.remote;

import java.io.IOException;

/** A file that the user's side sends. */
record RemoteReading(CreditedInput input) implements RemoteFile {

    static RemoteReading of(int id, FrameWriter frames) {
        return new RemoteReading(new CreditedInput(
                CreditedInput.FILE_WINDOW,
                bytes -> frames.writeFile(FrameTypes.WANT_FILE, id, RemoteFiles.fourBytes(bytes), 0, 4)));
    }

    @Override
    public void accept(Frame frame) throws IOException {
        switch (frame.type()) {
            case FrameTypes.FILE_DATA -> input.deliver(frame.fileBytes());
            case FrameTypes.FILE_EOF -> input.end();
            case FrameTypes.FILE_ERROR -> input.fail(new IOException(frame.fileText()));
            default -> {}
        }
    }

    @Override
    public void fail(IOException reason) {
        input.fail(reason);
    }
}
