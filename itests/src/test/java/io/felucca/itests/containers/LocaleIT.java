package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An engine under LC_ALL=C: names and texts are bytes, and come through. */
class LocaleIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.empty();

    @TempDir
    Path folder;

    @Test
    @DisplayName("Names that are not ASCII, or not UTF-8, survive import, a run, save and load under LC_ALL=C")
    void namesAreBytes() {
        engine.stop();
        engine.startCommand(List.of())
                .env("LC_ALL", "C")
                .env("LANG", "C")
                .run(120)
                .requireOk();
        String kanji = new String("名".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Path tar = Rootfs.create("bytes.tar", "ISO-8859-1")
                .busyboxFiles()
                .file("etc/" + kanji, 0644, "kanji")
                .file("etc/\u00ff", 0644, "byte 0xff")
                .directory(kanji + "\u00fe", 0755)
                .file(kanji + "\u00fe/in", 0644, "inside")
                .hardLink("etc/hard\u00ff", "etc/\u00ff")
                .symlink("etc/soft", "\u00ff")
                .done();
        ImageArchive archive = new ImageArchive().tag("bytes").layer(tar);
        engine.felucca("load", "-i", archive.write("bytes-image.tar").toString())
                .env("LC_ALL", "C")
                .run()
                .requireOk();

        check();
        Path saved = folder.resolve("saved.tar");
        engine.felucca("save", "-o", saved.toString(), "bytes")
                .env("LC_ALL", "C")
                .run()
                .requireOk();
        engine.ok("rmi", "bytes");
        engine.felucca("load", "-i", saved.toString()).env("LC_ALL", "C").run().requireOk();
        check();
        engine.ok("rmi", "bytes");
    }

    private static void check() {
        assertThat(engine.runOnce(
                                "bytes",
                                "sh",
                                "-c",
                                "cd /etc; cat 名; cat $(printf '\\377'); cat soft; cat hard*; cat /名*/in")
                        .env("LC_ALL", "C.UTF-8")
                        .run()
                        .requireOk()
                        .out())
                .isEqualTo("kanjibyte 0xffbyte 0xffbyte 0xffinside");
        assertThat(engine.runOnce("bytes", "sh", "-c", "touch /$(printf '\\377\\376') && ls / | wc -l")
                        .env("LC_ALL", "C")
                        .run()
                        .exit())
                .isZero();
    }

    @Test
    @DisplayName("Words are passed byte for byte, whatever the user's locale")
    void wordsAreBytes() {
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
        for (String locale : List.of("C", "C.UTF-8")) {
            assertThat(Program.of(
                                    "sh",
                                    "-c",
                                    "exec \"$0\" run --rm --network none busybox echo '修改了' \"$(printf 'a b')\" '$HOME' 'x\ny'",
                                    EngineUnderTest.program())
                            .env("FELUCCA_HOST", engine.host())
                            .env("LC_ALL", locale)
                            .ok())
                    .isEqualTo("修改了 a b $HOME x\ny");
        }
    }
}
