package io.felucca.storage.overlay2;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.util.Map;

/**
 * Docker's options of this driver. {@code overlay2.override_kernel_check} does nothing: what the kernel can do is tried.
 *
 * @param sizeBytes {@code overlay2.size}: what a container may write that asks for no size; 0 for no limit
 */
record Overlay2Options(long sizeBytes) {

    private static final String OVERRIDE_KERNEL_CHECK = "override_kernel_check";
    private static final String SIZE = "size";

    /** @throws FeluccaException INVALID for an option that is none, and for a size that is none */
    static Overlay2Options of(Map<String, String> options) {
        for (String option : options.keySet()) {
            if (!option.equals(OVERRIDE_KERNEL_CHECK) && !option.equals(SIZE)) {
                throw FeluccaException.invalid("unknown storage option overlay2." + option
                        + ": overlay2 knows overlay2." + SIZE + " and overlay2." + OVERRIDE_KERNEL_CHECK);
            }
        }
        return new Overlay2Options(ByteSize.parse(options.getOrDefault(SIZE, "0")));
    }
}
