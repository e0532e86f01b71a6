package io.felucca.shell.system;

import java.util.List;
import java.util.Map;

/** One kind of things that {@code system prune} removes. */
interface PruneStep {

    /** What it will remove, in Docker's words. */
    String warning(boolean all);

    /** Above the list of what was removed. */
    String header();

    Outcome prune(boolean all, Map<String, List<String>> filters);

    /** @param lines of what was removed */
    record Outcome(List<String> lines, long reclaimedBytes) {}
}
