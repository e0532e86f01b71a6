package io.felucca.containers.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountSpec;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.spec.Specs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What dockerd 20.10.24 was seen to make of the same words. */
class MountPlanTest {

    private static final ContainerMount LENT =
            new ContainerMount("volume", "lent", "", "/y", "z", true, "", true, false, "", null, "");

    private static List<ContainerMount> plan(Map<String, Object> host, String... anonymous) {
        ContainerConfig config = Specs.config(Map.of("volumes", Set.of(anonymous)));
        HostConfig hostConfig = Specs.host(new HashMap<>(host));
        return MountPlan.of(
                        config,
                        hostConfig,
                        name -> List.of(LENT),
                        () -> "new",
                        path -> !path.contains("nosuch"),
                        "/data/root")
                .stream()
                .map(PlannedMount::mount)
                .toList();
    }

    private static ContainerMount bind(String word) {
        return plan(Map.of("binds", List.of(word))).get(0);
    }

    private static String refused(Map<String, Object> host, String... anonymous) {
        try {
            return plan(host, anonymous).toString();
        } catch (FeluccaException e) {
            assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID);
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "aa:rel | invalid volume specification: 'aa:rel': invalid mount config for type \"volume\": invalid mount path: 'rel' mount path must be absolute",
                "aa:/ | invalid volume specification: 'aa:/': invalid mount config for type \"volume\": invalid specification: destination can't be '/'",
                "/a:/ | invalid volume specification: '/a:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'",
                "aa:/w:rw,ro | invalid mode: rw,ro",
                "aa:/w:bad | invalid mode: bad",
                "aa:/w:z,Z | invalid mode: z,Z",
                "aa:/w:nocopy,nocopy | invalid mode: nocopy,nocopy",
                "aa:/w:rw:x | invalid volume specification: 'aa:/w:rw:x'",
                ":/x | invalid volume specification: ':/x'",
                "/x:rw | invalid volume specification: '/x:rw'",
                "aa:/y:rslave | invalid volume specification: 'aa:/y:rslave': invalid mount config for type \"volume\": field BindOptions must not be specified",
                "/v:/y:nocopy | invalid volume specification: '/v:/y:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified",
                "/data:/y:shared | invalid mount config: must use either propagation mode \"rslave\" or \"rshared\" when mount source is within the daemon root, daemon root: \"/data/root\", bind mount source: \"/data\", propagation: \"shared\"",
                "aa:/proc | invalid mount over /proc: it must be of type proc",
                "/v:/proc/x | \"/proc/x\" cannot be mounted because it is inside /proc",
            })
    @DisplayName("S125 T6 what -v cannot mean is told in docker's words")
    void malformedBinds(String word, String told) {
        assertThat(refused(Map.of("binds", List.of(word)))).isEqualTo(told);
    }

    @Test
    @DisplayName("S124 S128 -v with a path, and with a name: type, mode and propagation as docker shows them")
    void binds() {
        assertThat(bind("/src/webapp:/opt/webapp"))
                .isEqualTo(new ContainerMount(
                        "bind", "", "/src/webapp", "/opt/webapp", "", true, "rprivate", false, true, "", null, ""));
        assertThat(bind("/a//b/../c:/w/../z:ro,Z"))
                .extracting(ContainerMount::source, ContainerMount::destination, ContainerMount::mode)
                .containsExactly("/a/c", "/z", "ro,Z");
        assertThat(bind("/a:/w:ro,rslave"))
                .extracting(ContainerMount::readWrite, ContainerMount::propagation)
                .containsExactly(false, "rslave");
        assertThat(bind("/:/r").propagation()).isEqualTo("rslave");
        assertThat(bind("/data/root/x:/r").propagation()).isEqualTo("rslave");
        assertThat(bind("/database:/r").propagation()).isEqualTo("rprivate");
        assertThat(bind("mydata:/data"))
                .extracting(ContainerMount::name, ContainerMount::mode, ContainerMount::anonymous)
                .containsExactly("mydata", "z", false);
        assertThat(bind("mydata:/data:nocopy").mode()).isEqualTo("nocopy");
    }

    @Test
    @DisplayName(
            "S120 S121 anonymous volumes come where nothing else is; S71 a named one takes the place of the image's")
    void anonymous() {
        assertThat(plan(Map.of("binds", List.of("mydata:/data")), "/data", "/other/../vv"))
                .extracting(ContainerMount::name, ContainerMount::destination, ContainerMount::mode)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("mydata", "/data", "z"),
                        org.assertj.core.groups.Tuple.tuple("new", "/vv", ""));
        assertThat(refused(Map.of(), "/")).contains("destination can't be '/'");
        assertThat(plan(Map.of(), "rel", "/src:/data"))
                .as("S127 a path in an image names no path of the host")
                .extracting(ContainerMount::type, ContainerMount::destination)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("volume", "/rel"),
                        org.assertj.core.groups.Tuple.tuple("volume", "/src:/data"));
        assertThat(refused(Map.of(), "/proc")).isEqualTo("invalid mount over /proc: it must be of type proc");
    }

    @Test
    @DisplayName("S133 --volumes-from gives what another has, read-only when asked; what is given here comes first")
    void volumesFrom() {
        assertThat(plan(Map.of("volumesFrom", List.of("db"))))
                .containsExactly(
                        new ContainerMount("volume", "lent", "", "/y", "", true, "", true, false, "", null, ""));
        assertThat(plan(Map.of("volumesFrom", List.of("db:ro,z"))).get(0).readWrite())
                .isFalse();
        assertThat(plan(Map.of("volumesFrom", List.of("db"), "binds", List.of("mine:/y")))
                        .get(0)
                        .name())
                .isEqualTo("mine");
        for (String mode : List.of("bad", "nocopy", "rslave", "rw,ro", "x:y")) {
            assertThat(refused(Map.of("volumesFrom", List.of("db:" + mode)))).isEqualTo("invalid mode: " + mode);
        }
        assertThat(refused(Map.of("volumesFrom", List.of(""))))
                .isEqualTo("volumes-from specification cannot be an empty string");
    }

    @Test
    @DisplayName("Two mounts of one destination are refused in docker's words")
    void duplicates() {
        String told = "Duplicate mount point: /x";
        assertThat(refused(Map.of("binds", List.of("aa:/x", "ab:/x/")))).isEqualTo(told);
        assertThat(refused(Map.of("binds", List.of("aa:/x"), "mounts", List.of(volume("ab", "/x")))))
                .isEqualTo(told);
        assertThat(refused(Map.of("binds", List.of("aa:/x"), "tmpfs", Map.of("/x", ""))))
                .isEqualTo(told);
    }

    private static MountSpec volume(String source, String target) {
        return new MountSpec("volume", source, target, false, "", null, null, null);
    }

    private static MountSpec typed(String type, String source) {
        return new MountSpec(type, source, "/x", false, "", null, null, null);
    }

    @Test
    @DisplayName("What --mount cannot mean is told in docker's words")
    void malformedMounts() {
        Map<MountSpec, String> told = Map.of(
                typed("bind", "/nosuch9"),
                "\"bind\": bind source path does not exist: /nosuch9",
                typed("bind", "rel"),
                "\"bind\": invalid mount path: 'rel' mount path must be absolute",
                typed("bind", ""),
                "\"bind\": field Source must not be empty",
                typed("tmpfs", "aa"),
                "\"tmpfs\": field Source must not be specified",
                typed("bad", ""),
                "\"bad\": mount type unknown",
                volume("aa", ""),
                "\"volume\": field Target must not be empty",
                volume("aa", "rel"),
                "\"volume\": invalid mount path: 'rel' mount path must be absolute",
                new MountSpec("volume", "", "/x", true, "", null, null, null),
                "\"volume\": must not set ReadOnly mode when using anonymous volumes",
                new MountSpec(
                        "volume",
                        "aa",
                        "/x",
                        false,
                        "",
                        null,
                        new MountSpec.Volume(false, null, "../x", "", null),
                        null),
                "\"volume\": subpath must be a relative path within the volume",
                new MountSpec(
                        "bind",
                        "/a",
                        "/x",
                        false,
                        "",
                        new MountSpec.Bind("bad", false, false, false, false),
                        null,
                        null),
                "\"bind\": invalid propagation mode: bad");
        told.forEach((spec, text) -> assertThatThrownBy(() -> plan(Map.of("mounts", List.of(spec))))
                .hasMessage("invalid mount config for type " + text));
    }

    @Test
    @DisplayName("A folder is mounted before what lies in it")
    void order() {
        assertThat(plan(Map.of("binds", List.of("aa:/x/y/z", "bb:/x", "cc:/x/y"))))
                .extracting(ContainerMount::destination)
                .containsExactly("/x", "/x/y", "/x/y/z");
    }
}
