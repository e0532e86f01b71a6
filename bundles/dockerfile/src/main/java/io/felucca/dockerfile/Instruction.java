package io.felucca.dockerfile;

import io.felucca.images.ImageConfig;
import java.util.List;
import java.util.Map;

/** What a line of a Dockerfile says, variables not replaced yet. */
public sealed interface Instruction {

    /** @param name empty for a stage without one; @param platform empty for none */
    record From(String image, String name, String platform) implements Instruction {}

    record Arg(List<Variable> variables) implements Instruction {}

    record Env(List<Pair> pairs) implements Instruction {}

    record Label(List<Pair> pairs) implements Instruction {}

    record Maintainer(String name) implements Instruction {}

    record Expose(List<String> ports) implements Instruction {}

    record Volume(List<String> paths) implements Instruction {}

    record User(String user) implements Instruction {}

    record WorkDir(String path) implements Instruction {}

    record Shell(List<String> words) implements Instruction {}

    record StopSignal(String signal) implements Instruction {}

    record Healthcheck(ImageConfig.Healthcheck check) implements Instruction {}

    /** @param trigger the whole instruction */
    record OnBuild(String trigger) implements Instruction {}

    record Cmd(Command command) implements Instruction {}

    record Entrypoint(Command command) implements Instruction {}

    /** @param flags {@code mount}, {@code network}, {@code security} with their values, in order */
    record Run(Command command, List<Pair> flags, List<HereDocument> documents) implements Instruction {}

    record Copy(Transfer transfer) implements Instruction {}

    record Add(Transfer transfer) implements Instruction {}

    /**
     * What COPY and ADD have in common.
     *
     * @param sources without those that are here-documents
     * @param flags by name, each at most once
     * @param excludes values of {@code --exclude}
     */
    record Transfer(
            List<String> sources,
            String target,
            Map<String, String> flags,
            List<String> excludes,
            List<HereDocument> documents) {

        public String flag(String name) {
            return flags.getOrDefault(name, "");
        }
    }

    /** @param shell whether the one word of it is for a shell; it may have none */
    record Command(List<String> words, boolean shell) {}

    record Pair(String name, String value) {}

    /** @param value null for none */
    record Variable(String name, String value) {}
}
