/*
 * For LD_PRELOAD under User-mode Linux 6.1 on processors with AMX. It sets a process's registers with a buffer of the size
 * that its authors knew; a kernel that knows more registers wants them all, and says EFAULT (Linux 5.16 and later,
 * xstateregs_set). Here those that it does not know keep the values they have.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static long (*real)(int, long, void *, void *);
static int short_of_room;

long ptrace(enum __ptrace_request request, ...)
{
    __builtin_va_list arguments;
    static char all[65536];
    struct iovec whole = {all, sizeof all};

    __builtin_va_start(arguments, request);
    long pid = __builtin_va_arg(arguments, long);
    void *address = __builtin_va_arg(arguments, void *);
    struct iovec *data = __builtin_va_arg(arguments, void *);
    __builtin_va_end(arguments);
    if (real == NULL)
        real = (long (*)(int, long, void *, void *))dlsym(RTLD_NEXT, "ptrace");
    if (request != PTRACE_SETREGSET)
        return real(request, pid, address, data);
    /* errno tells nothing here: User-mode Linux's signal handlers change it. */
    if (!short_of_room && real(request, pid, address, data) == 0)
        return 0;
    short_of_room = 1;
    if (real(PTRACE_GETREGSET, pid, address, &whole) != 0)
        return -1;
    memcpy(all, data->iov_base, data->iov_len < whole.iov_len ? data->iov_len : whole.iov_len);
    return real(PTRACE_SETREGSET, pid, address, &whole);
}
