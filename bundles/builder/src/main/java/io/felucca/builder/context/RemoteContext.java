package io.felucca.builder.context;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.fetch.Download;
import io.felucca.builder.fetch.GitCheckout;
import io.felucca.builder.fetch.Web;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.dockerfile.Texts;
import io.felucca.git.GitReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** Contexts that a URL names: a git repository, an archive, or a Dockerfile alone; by what the server says it is. */
final class RemoteContext {

    private static final int MAX_DOCKERFILE_BYTES = 4 << 20;
    /** As much as is looked at to tell a text from an archive, where the server does not. */
    private static final int HEAD_BYTES = 512;

    private static final Pattern ARCHIVE = Pattern.compile("application/((x-)?tar|octet-stream|(x-)?(gzip|bzip2?|xz))");

    private final Services services;
    private final BuildFolder work;
    private final Output output;

    RemoteContext(Services services, BuildFolder work, Output output) {
        this.services = services;
        this.work = work;
        this.output = output;
    }

    /**
     * Fetches it.
     *
     * @param folder that its files come into
     * @return the Dockerfile where it is that alone; else empty
     * @throws FeluccaException with Docker's text
     */
    String fetch(String url, Path folder) throws IOException {
        if (GitReference.isGit(url)) {
            GitCheckout.into(folder, GitReference.parse(url), true, services, work, output::wantsMore);
            return "";
        }
        if (!Download.isUrl(url)) {
            throw FeluccaException.system("remoteURL (" + url + ") could not be recognized as URL");
        }
        Path file = work.newFolder().resolve("context");
        String type = download(url, file);
        output.transfers().bytes("Downloading context", GitReference.withoutCredentials(url), Files.size(file), 0);
        String text = "";
        if (type.equals("text/plain")) {
            if (Files.size(file) > MAX_DOCKERFILE_BYTES) {
                throw FeluccaException.invalid("the Dockerfile is longer than " + MAX_DOCKERFILE_BYTES + " bytes");
            }
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } else {
            try (InputStream in = Files.newInputStream(file)) {
                services.archives().extract(folder, in);
            }
        }
        work.removeFolder(file.getParent());
        return text;
    }

    private String download(String url, Path file) {
        String shown = GitReference.withoutCredentials(url);
        Web.Answer answer;
        try (OutputStream out = Files.newOutputStream(file)) {
            answer = new Web(output::wantsMore, Download.MAX_BYTES).get(url, out);
        } catch (Web.Refused e) {
            throw new FeluccaException(
                    e.status() == 404 ? Kind.NOT_FOUND : Kind.INVALID,
                    "error downloading remote context " + shown + ": " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new FeluccaException(
                    Kind.SYSTEM,
                    "error downloading remote context " + shown + ": Get " + Texts.quoted(shown) + ": "
                            + e.getMessage(),
                    e);
        }
        try {
            return type(answer.contentType(), file);
        } catch (IOException e) {
            throw new FeluccaException(
                    Kind.SYSTEM, "error detecting content type for remote " + shown + ": " + e.getMessage(), e);
        }
    }

    private static String type(String told, Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        if (head.length == 0) {
            throw new IOException("empty response");
        }
        String type = told.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        if (type.isEmpty() || type.equals("application/octet-stream")) {
            return isText(head) ? "text/plain" : "application/octet-stream";
        }
        if (!type.equals("text/plain") && !ARCHIVE.matcher(type).matches()) {
            throw new IOException("unsupported Content-Type " + Texts.quoted(told));
        }
        return type;
    }

    /** As by the rules for web pages that Go's client has: no control characters but those of texts. */
    private static boolean isText(byte[] head) {
        for (byte each : head) {
            if (each >= 0
                    && each < ' '
                    && each != '\t'
                    && each != '\n'
                    && each != '\r'
                    && each != '\f'
                    && each != 0x1b) {
                return false;
            }
        }
        return true;
    }
}
