package io.felucca.builder.plan;

import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds arguments and variables whose names look like secrets, which an image or its history would show to all. */
public final class SecretNames {

    // BuildKit's rule SecretsUsedInArgOrEnv, version 0.15.
    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:.*_)?(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_.*)?");
    private static final Pattern HARMLESS = Pattern.compile("(?i)(?:.*_)?public(?:_.*)?");

    private SecretNames() {}

    /** A line of text for each, in BuildKit's words. */
    public static List<String> warnings(Plan plan) {
        List<String> warnings = new ArrayList<>();
        plan.global().forEach(step -> look(step, warnings));
        plan.stages().forEach(stage -> stage.steps().forEach(step -> look(step, warnings)));
        return warnings;
    }

    private static void look(Step step, List<String> warnings) {
        if (step.instruction() instanceof Instruction.Arg arg) {
            arg.variables().forEach(variable -> look("ARG", variable.name(), step, warnings));
        } else if (step.instruction() instanceof Instruction.Env env) {
            env.pairs().forEach(pair -> look("ENV", pair.name(), step, warnings));
        }
    }

    private static void look(String instruction, String name, Step step, List<String> warnings) {
        if (SECRET.matcher(name).matches() && !HARMLESS.matcher(name).matches()) {
            warnings.add("[Warning] Do not use ARG or ENV instructions for sensitive data (" + instruction + " \""
                    + name + "\") (line " + step.firstLine() + ")\n");
        }
    }
}
