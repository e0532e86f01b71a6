package io.felucca.linux;

import io.felucca.linux.files.Fd;
import org.osgi.annotation.versioning.ProviderType;

/** A process held by descriptor, so that its number cannot be taken by another. Readable once the process has ended. */
@ProviderType
public interface PidFd extends Fd {

    ProcessId process();
}
