package io.felucca.itests.project;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md's arrows, in the classes of every bundle and driver. */
@DisplayName("The classes keep to ARCHITECTURE.md")
class ArchitectureTest {

    private static final Set<String> FRONT_ENDS = Set.of("shell", "docker-api", "embedding");
    private static final Set<String> EDGE = Set.of("linux", "linux-native");
    /** Modules of bundles/ that neither are core nor front ends. */
    private static final Set<String> SHARED = Set.of("api", "docker-json", "dockerfile", "slf4j", "testkit");

    private static final int CLASSES_MAX = 20;
    /** A module's folder, such as {@code images} or {@code storage-vfs}, by the names of its classes. */
    private static final Map<String, String> MODULES = new HashMap<>();

    private static final Set<String> BUNDLES = new TreeSet<>();
    private static final Set<String> DRIVERS = new TreeSet<>();
    private static JavaClasses all;

    @BeforeAll
    static void read() throws IOException {
        List<Path> read = new ArrayList<>(find("bundles", BUNDLES));
        read.addAll(find("drivers", DRIVERS));
        // What bundles embed is not looked at.
        all = new ClassFileImporter()
                .withImportOption(location -> location.contains("/io/felucca/"))
                .importPaths(read);
        for (JavaClass each : all) {
            Path file = Path.of(each.getSource().orElseThrow().getUri());
            MODULES.put(each.getName(), repository().relativize(file).getName(1).toString());
        }
        Set<String> empty = new TreeSet<>(BUNDLES);
        empty.addAll(DRIVERS);
        empty.removeAll(MODULES.values());
        assertThat(empty).as("modules that are not built").isSubsetOf("linux-native");
    }

    private static List<Path> find(String kind, Set<String> names) throws IOException {
        try (Stream<Path> modules = Files.list(repository().resolve(kind))) {
            List<Path> found = modules.filter(each -> Files.exists(each.resolve("pom.xml")))
                    .toList();
            found.forEach(each -> names.add(each.getFileName().toString()));
            return found.stream().map(each -> each.resolve("target/classes")).toList();
        }
    }

    private static Path repository() {
        return Documents.repository().toAbsolutePath().normalize();
    }

    @Test
    @DisplayName("a simple name stands for one class in the whole tree")
    void oneNameForOneThing() throws IOException {
        Map<String, List<String>> places = new TreeMap<>();
        for (String folder : List.of("bundles", "drivers", "distribution")) {
            try (Stream<Path> files = Files.walk(repository().resolve(folder))) {
                files.map(file -> repository().relativize(file).toString())
                        .filter(file -> file.contains("/src/main/java/") && file.endsWith(".java"))
                        .forEach(file -> places.computeIfAbsent(
                                        file.substring(file.lastIndexOf('/') + 1), name -> new ArrayList<>())
                                .add(file));
            }
        }
        assertThat(places.remove("package-info.java"))
                .as("files that were read")
                .hasSizeGreaterThan(50);
        places.values().removeIf(files -> files.size() == 1);
        assertThat(places).isEmpty();
    }

    @Test
    @DisplayName("packages of a bundle do not depend on each other in a circle")
    void noCycles() {
        for (String module : new TreeSet<>(MODULES.values())) {
            slices().assignedFrom(packages()).should().beFreeOfCycles().check(all.that(of(Set.of(module))));
        }
    }

    @Test
    @DisplayName("front ends call façades: of other bundles they know the api and docker-json alone")
    void frontEnds() {
        for (String module : FRONT_ENDS) {
            dependOnlyOn(module, Set.of("api", "docker-json"), named("io.felucca.linux.Sockets"));
            noClasses()
                    .that(of(Set.of(module)))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("io.felucca..spi")
                            .and(DescribedPredicate.not(named("io.felucca.network.spi.Cidr"))))
                    .because("drivers are the core's to call")
                    .check(all);
        }
        dependOnlyOn("docker-json", Set.of("api"), named(""));
    }

    @Test
    @DisplayName("core bundles know the api, linux and dockerfile, neither a driver nor each other")
    void core() {
        Set<String> core = new TreeSet<>(BUNDLES);
        core.removeAll(FRONT_ENDS);
        core.removeAll(EDGE);
        core.removeAll(SHARED);
        assertThat(core).contains("engine", "storage", "images", "containers", "networks", "volumes");
        for (String module : core) {
            dependOnlyOn(module, Set.of("api", "linux", "dockerfile"), named(""));
        }
    }

    @Test
    @DisplayName("drivers know the api and linux, neither the core nor each other")
    void drivers() {
        assertThat(DRIVERS).contains("storage-vfs", "runtime-oci");
        for (String module : DRIVERS) {
            dependOnlyOn(module, Set.of("api", "linux"), named(""));
        }
    }

    @Test
    @DisplayName("only linux makes native calls")
    void nativeCalls() {
        noClasses()
                .that(DescribedPredicate.not(of(EDGE)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.kenai..", "jnr..", "com.sun.jna..", "java.lang.foreign.."))
                .check(all);
        noClasses()
                .that(DescribedPredicate.not(of(EDGE)))
                .should()
                .callMethod(System.class, "loadLibrary", String.class)
                .orShould()
                .callMethod(System.class, "load", String.class)
                .check(all);
        methods()
                .that()
                .areDeclaredInClassesThat(DescribedPredicate.not(of(EDGE)))
                .should()
                .notHaveModifier(NATIVE)
                .check(all);
        assertThat(all.that(of(Set.of("linux"))).stream()
                        .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
                        .anyMatch(each -> each.getTargetClass().getPackageName().startsWith("com.kenai.jffi")))
                .as("linux itself makes them by jffi, which the rule would see")
                .isTrue();
    }

    @Test
    @DisplayName("no package has more than twenty classes")
    void packagesAreSmall() {
        Map<String, Integer> sizes = new TreeMap<>();
        for (JavaClass each : all) {
            if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
                sizes.merge(each.getPackageName(), 1, Integer::sum);
            }
        }
        sizes.values().removeIf(size -> size <= CLASSES_MAX);
        assertThat(sizes).isEmpty();
    }

    private static void dependOnlyOn(String module, Set<String> others, DescribedPredicate<JavaClass> also) {
        Set<String> known = new TreeSet<>(others);
        known.add(module);
        DescribedPredicate<JavaClass> allowed =
                describe("belong to " + known, target -> !isOurs(target) || known.contains(moduleOf(target)));
        classes()
                .that(of(Set.of(module)))
                .should()
                .onlyDependOnClassesThat(allowed.or(also))
                .check(all);
    }

    private static DescribedPredicate<JavaClass> of(Set<String> modules) {
        return describe("belong to " + modules, each -> isOurs(each) && modules.contains(moduleOf(each)));
    }

    /** A class or one nested in it. */
    private static DescribedPredicate<JavaClass> named(String name) {
        return describe(
                "are " + name,
                each -> each.getName().equals(name) || each.getName().startsWith(name + "$"));
    }

    private static boolean isOurs(JavaClass each) {
        return each.getBaseComponentType().getPackageName().startsWith("io.felucca");
    }

    private static String moduleOf(JavaClass each) {
        return MODULES.get(each.getBaseComponentType().getName());
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass each) {
                return isOurs(each) ? SliceIdentifier.of(each.getPackageName()) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }
}
