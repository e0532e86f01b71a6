package io.felucca.images.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeEqualityTest {

    @TempDir
    Path folder;

    private int open;

    /** A directory that counts what is opened below it and still open, which nobody can list. */
    private Directory counted(Directory kernel) {
        InvocationHandler handler = (self, method, given) -> {
            switch (method.getName()) {
                case "openDirectory":
                    open++;
                    return counted((Directory) method.invoke(kernel, given));
                case "close":
                    open--;
                    break;
                case "entries":
                    throw FeluccaException.system("a disk that fails");
                default:
                    break;
            }
            return method.invoke(kernel, given);
        };
        return (Directory)
                Proxy.newProxyInstance(Directory.class.getClassLoader(), new Class<?>[] {Directory.class}, handler);
    }

    @Test
    @DisplayName("A directory that cannot be listed is closed, and so is the copy's")
    void whatCannotBeListedIsClosed() {
        KernelDirectories directories = new KernelDirectories();
        try (Directory original = directories.open(folder);
                Directory copy = directories.open(folder)) {
            assertThatThrownBy(() -> TreeEquality.difference(counted(original), counted(copy), path -> true))
                    .hasMessage("a disk that fails");
            assertThat(open).isZero();
        }
    }
}
