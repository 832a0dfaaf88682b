/* Makes the disk fail: loaded into a process with LD_PRELOAD, it lets one of the calls that write below a folder fail.
 *
 * FAULT_FOLDER  calls on files below it count
 * FAULT_AT      the number of the call that fails, from 1
 * FAULT_ERRNO   what it fails with
 * FAULT_STAYS   "1": every later call fails, too
 * FAULT_WHILE   calls fail only as long as this file is there
 * FAULT_FULL    calls fail only as long as this file is there, and no room can be taken aside meanwhile
 * FAULT_MARK    a file outside the folder that is made when the first call fails
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int fails(const char *path) {
    const char *folder = getenv("FAULT_FOLDER"), *at = getenv("FAULT_AT");
    if (!folder || !at || !path || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    long call = atomic_fetch_add(&calls, 1) + 1, wanted = atol(at);
    const char *stays = getenv("FAULT_STAYS");
    if (call != wanted && !(call > wanted && stays && *stays == '1'))
        return 0;
    const char *needed = getenv("FAULT_WHILE");
    if (needed && syscall(SYS_faccessat, AT_FDCWD, needed, F_OK) != 0)
        return 0;
    const char *marker = getenv("FAULT_FULL");
    if (marker && syscall(SYS_faccessat, AT_FDCWD, marker, F_OK) != 0)
        return 0;
    if (call == wanted && getenv("FAULT_MARK")) {
        long mark = syscall(SYS_openat, AT_FDCWD, getenv("FAULT_MARK"), O_CREAT | O_WRONLY, 0600);
        if (mark >= 0)
            syscall(SYS_close, mark);
    }
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

static int fd_fails(int fd) {
    char link[64], path[PATH_MAX];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = before;
    if (length <= 0)
        return 0;
    path[length] = 0;
    return fails(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        mode_t mode = 0;                                                                                               \
        if (flags & O_CREAT) {                                                                                         \
            va_list rest;                                                                                              \
            va_start(rest, flags);                                                                                     \
            mode = va_arg(rest, mode_t);                                                                               \
            va_end(rest);                                                                                              \
        }                                                                                                              \
        if ((flags & O_CREAT) && access(path, F_OK) != 0 && fails(path))                                              \
            return -1;                                                                                                 \
        return REAL(name)(path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)

#define ON_FD(type, name, parameters, arguments)                                                                       \
    type name parameters {                                                                                             \
        if (fd_fails(fd))                                                                                              \
            return -1;                                                                                                 \
        return REAL(name) arguments;                                                                                   \
    }
ON_FD(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(int, fsync, (int fd), (fd))
ON_FD(int, fdatasync, (int fd), (fd))
ON_FD(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))

static int full(int fd) {
    const char *marker = getenv("FAULT_FULL");
    if (!marker || syscall(SYS_faccessat, AT_FDCWD, marker, F_OK) != 0)
        return fd_fails(fd);
    errno = ENOSPC;
    return 1;
}

int posix_fallocate(int fd, off_t from, off_t size) { return full(fd) ? errno : REAL(posix_fallocate)(fd, from, size); }
int posix_fallocate64(int fd, off64_t from, off64_t size) {
    return full(fd) ? errno : REAL(posix_fallocate64)(fd, from, size);
}
int rename(const char *from, const char *to) { return fails(to) ? -1 : REAL(rename)(from, to); }
int link(const char *from, const char *to) { return fails(to) ? -1 : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    return fails(to) ? -1 : REAL(linkat)(a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) { return fails(path) ? -1 : REAL(mkdir)(path, mode); }
