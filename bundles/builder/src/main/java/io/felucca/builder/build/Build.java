package io.felucca.builder.build;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.cache.StepCache;
import io.felucca.builder.context.ReceivedContext;
import io.felucca.builder.plan.Plan;
import io.felucca.builder.stage.BuildArguments;
import io.felucca.builder.stage.StageOutput;
import io.felucca.builder.stage.StageResults;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.BuildImages;
import io.felucca.builder.work.Services;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction;
import io.felucca.linux.files.Directory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Builds the stages of one plan, several at once, and shows what they tell in the order of the Dockerfile: the first that
 * has not ended is shown at once, and the others are kept until it is their turn. One use.
 */
final class Build {

    /** At least two, since most of a stage is waiting. */
    private static final int PLACES = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static final int THREADS_PER_PLACE = 4;

    private final Parts parts;
    private final Output output;
    private final StageResults results;
    private final Path folder;
    private final List<StageOutput> outputs = new ArrayList<>();
    private final Object turn = new Object();
    private int front;
    private StageBuild failed;

    /**
     * The parts that the stages of a build share.
     *
     * @param context the unpacked context, open
     */
    record Parts(
            Services services,
            BuildFolder work,
            StepCache cache,
            Request request,
            ReceivedContext received,
            Directory context,
            BuildImages.Hold images,
            Bases bases,
            BuildArguments arguments) {}

    Build(
            Services services,
            BuildFolder work,
            StepCache cache,
            Request request,
            Output output,
            ReceivedContext received,
            Directory context,
            BuildImages.Hold images) {
        this.output = output;
        Bases bases = new Bases(services, request, images);
        BuildArguments arguments =
                new BuildArguments(request.arguments(), received.dockerfile().escape());
        parts = new Parts(services, work, cache, request, received, context, images, bases, arguments);
        results = new StageResults(PLACES, PLACES * THREADS_PER_PLACE, output::wantsMore);
        folder = work.newFolder();
    }

    Digest run(Plan plan) {
        int number = 0;
        for (Step step : plan.global()) {
            output.step(++number, plan.count(), step.original());
            parts.arguments().declare((Instruction.Arg) step.instruction());
        }
        AtomicLong left = new AtomicLong(StageOutput.MAX_KEPT_BYTES);
        List<StageBuild> stages = new ArrayList<>();
        Map<Integer, Plan.Shared> shared = plan.shared();
        for (Plan.Stage stage : plan.stages()) {
            StageOutput told =
                    new StageOutput(output, folder.resolve("stage" + stage.index()), left, results::isWanted);
            outputs.add(told);
            stages.add(new StageBuild(parts, results, plan, stage, shared.get(stage.index()), number, told));
            number += 1 + stage.steps().size();
        }
        outputs.get(0).show();
        runAll(stages);
        if (results.failure() != null) {
            throw failure();
        }
        List<String> unused = parts.arguments().unused();
        if (!unused.isEmpty()) {
            output.text("[Warning] One or more build-args [" + String.join(" ", unused) + "] were not consumed\n");
        }
        return stages.get(stages.size() - 1).image();
    }

    private void runAll(List<StageBuild> stages) {
        List<Thread> threads = new ArrayList<>();
        for (StageBuild stage : stages) {
            if (!results.mayBegin(stage.index())) {
                break;
            }
            threads.removeIf(thread -> !thread.isAlive());
            Thread thread = new Thread(() -> run(stage), "felucca-build-" + stage.index());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        threads.forEach(this::join);
    }

    private void run(StageBuild stage) {
        try {
            results.enter(stage.index());
            try {
                stage.run();
            } finally {
                results.leave();
            }
            stage.output().end();
            showNext(stage.output());
        } catch (RuntimeException | Error e) {
            stage.output().end();
            if (results.fail(e)) {
                failed = stage;
            }
        } finally {
            results.end();
        }
    }

    /** Shows the stages after those that have ended. */
    private void showNext(StageOutput ended) {
        synchronized (turn) {
            ended.succeed();
            while (front < outputs.size() - 1 && outputs.get(front).hasSucceeded()) {
                front++;
                outputs.get(front).show();
            }
        }
    }

    /** Waits for a stage whatever comes: what it made is removed after its end alone. */
    private void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                results.fail(new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "the build was interrupted", e));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shows the stage that has failed, whatever is before it. */
    private RuntimeException failure() {
        if (failed != null) {
            if (failed.output() != outputs.get(front)) {
                outputs.get(front).cut();
                failed.output().show();
            }
            failed.where().ifPresent(output::failedAt);
        }
        if (results.failure() instanceof Error error) {
            throw error;
        }
        return (RuntimeException) results.failure();
    }
}
