"""A seccomp filter: which system calls an answer may make, decided by the kernel before they start.

It lists what is allowed; everything else is refused, calls of future kernels included. Numbers: the kernel's tables,
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import functools
import os
import struct

from coursekit.grading.inside.landlock import libc

# name: (x86_64, aarch64); None where an architecture has no such call
ALLOWED = {
    # reading, writing, and what is open; Landlock and the mounts decide which files
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "pwrite64": (18, 68),
    "preadv": (295, 69), "pwritev": (296, 70), "preadv2": (327, 286), "pwritev2": (328, 287), "open": (2, None),
    "openat": (257, 56), "creat": (85, None), "close": (3, 57), "close_range": (436, 436), "lseek": (8, 62), "dup": (32, 23),
    "dup2": (33, None), "dup3": (292, 24), "pipe": (22, None), "pipe2": (293, 59), "sendfile": (40, 71),
    "copy_file_range": (326, 285), "ftruncate": (77, 46), "fallocate": (285, 47), "fsync": (74, 82),
    "fdatasync": (75, 83), "flock": (73, 32), "fadvise64": (221, 223), "readahead": (187, 213),
    # names and facts of files
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291),
    "statfs": (137, 43), "fstatfs": (138, 44), "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, None), "mkdirat": (258, 34),
    "rmdir": (84, None), "unlink": (87, None), "unlinkat": (263, 35), "getdents": (78, None), "getdents64": (217, 61),
    "umask": (95, 166),
    # memory
    "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233), "brk": (12, 214),
    "msync": (26, 227), "mincore": (27, 232), "get_mempolicy": (239, 236),
    # waiting, time, signals to oneself
    "select": (23, None), "pselect6": (270, 72), "poll": (7, None), "ppoll": (271, 73), "epoll_create": (213, None),
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22),
    "eventfd2": (290, 19), "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
    "getitimer": (36, 102), "setitimer": (38, 103), "alarm": (37, None), "pause": (34, None),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    # facts about oneself and the machine
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getpgrp": (111, None), "getpgid": (121, 155),
    "getsid": (124, 156), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "getresuid": (118, 148), "getresgid": (120, 150), "getgroups": (115, 158), "getrusage": (98, 165),
    "getrlimit": (97, 163), "setrlimit": (160, 164), "getpriority": (140, 141), "uname": (63, 160),
    "sysinfo": (99, 179), "getcpu": (309, 168), "getrandom": (318, 278), "wait4": (61, 260),
    # threads
    "futex": (202, 98), "set_robust_list": (273, 99), "get_robust_list": (274, 100), "set_tid_address": (218, 96),
    "rseq": (334, 293), "membarrier": (324, 283), "arch_prctl": (158, None), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip

_CLONE, _CLONE3, _MMAP, _FCNTL, _IOCTL = (56, 220), (435, 435), (9, 222), (72, 25), (16, 29)
_PRCTL, _PRLIMIT, _TKILL, _TGKILL = (157, 167), (302, 261), (200, 130), (234, 131)
_NEW = (
    424  # from here on both architectures number calls alike; C libraries do without them if they are missing
)

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _GREATER_OR_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH = 0, 4  # offsets in struct seccomp_data
_CLONE_THREAD, _SHARED_ANONYMOUS, _ALL = 0x10000, 0x21, 0xFFFFFFFF
_X32 = 0x40000000
_OWN = 0x0EADBEEF  # a placeholder for the process's own number
_O_ASYNC, _F_SETFL = 0o20000, 4
_FCNTLS = (
    0,
    1,
    2,
    3,
    5,
    6,
    7,
    36,
    37,
    38,
    1030,
)  # duplicate, flags, locks: no signals to others, no larger pipes
_IOCTLS = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    0x5450,
    0x5451,
)  # is it a terminal, how much is there, blocking, close-on-exec
_PRCTLS = (3, 15, 16, 21, 0x53564D41)  # read: dumpable, name, seccomp; write: name, name of memory


def supported() -> bool:
    """Whether the filter knows this machine's system calls, and the kernel takes filters."""
    return os.uname().machine in _ARCHITECTURES and libc.prctl(21, 0, 0, 0, 0) == 0  # PR_GET_SECCOMP


def install() -> None:
    """Put this thread, and all that it starts, behind the filter, permanently."""
    buffer, places, program = prepared()
    for place in places:
        struct.pack_into("<I", buffer, place, os.getpid())
    if libc.prctl(22, 2, program, 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


@functools.cache
def prepared() -> tuple[ctypes.Array, list[int], bytes]:
    """The filter as bytes, the places in it where the process's number belongs, and the structure that the kernel expects.

    The server makes it once: a child only fills its number in.
    """
    code = b"".join(_program(*_ARCHITECTURES[os.uname().machine], _OWN))
    buffer = ctypes.create_string_buffer(code, len(code))
    places = [i + 4 for i in range(0, len(code), 8) if struct.unpack_from("<I", code, i + 4)[0] == _OWN]
    return buffer, places, struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))


def _program(column, arch, pid):
    yield _step(_LOAD, _ARCH)
    yield _step(_EQUAL, arch, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    if column == 0:  # the other numbering of the same calls
        yield _step(_GREATER_OR_EQUAL, _X32, 0, 1)
        yield _step(_RETURN, _KILL)
    for numbers in ALLOWED.values():
        if numbers[column] is not None:
            yield _step(_EQUAL, numbers[column], 0, 1)
            yield _step(_RETURN, _ALLOW)
    yield from _if_set(_CLONE[column], 0, _CLONE_THREAD, _ALLOW, _ERROR | errno.EPERM)
    yield from _if_set(_MMAP[column], 3, _SHARED_ANONYMOUS, _ERROR | errno.EPERM, _ALLOW)
    yield from _if_equal(_FCNTL[column], 1, _FCNTLS)
    yield from _set_flags(_FCNTL[column])
    yield from _if_equal(_IOCTL[column], 1, _IOCTLS)
    yield from _if_equal(_PRCTL[column], 0, _PRCTLS)
    yield from _if_equal(_TGKILL[column], 0, (pid,))
    yield from _if_equal(_TKILL[column], 0, (pid,))
    yield from _if_equal(_PRLIMIT[column], 0, (0,))  # 0: oneself
    yield _step(_GREATER_OR_EQUAL, _NEW, 0, 1)  # clone3 too, whose flags lie in memory: clone takes its place
    yield _step(_RETURN, _ERROR | errno.ENOSYS)
    yield _step(_RETURN, _ERROR | errno.EPERM)


def _if_set(number, argument, bits, yes, no):
    """Decide a call by whether these bits of one of its arguments (its lower half) are all set."""
    yield _step(_EQUAL, number, 0, 5)
    yield _step(_LOAD, 16 + 8 * argument)
    yield _step(_AND, bits)
    yield _step(_EQUAL, bits, 0, 1)
    yield _step(_RETURN, yes)
    yield _step(_RETURN, no)


def _if_equal(number, argument, values):
    """Allow a call if one of its arguments (its lower half) is among these values."""
    yield _step(_EQUAL, number, 0, 2 + 2 * len(values))
    yield _step(_LOAD, 16 + 8 * argument)
    for value in values:
        yield _step(_EQUAL, value, 0, 1)
        yield _step(_RETURN, _ALLOW)
    yield _step(_LOAD, _NUMBER)  # for the steps that follow


def _set_flags(number):
    """Allow fcntl(fd, F_SETFL, flags) without O_ASYNC."""
    yield _step(_EQUAL, number, 0, 6)
    yield _step(_LOAD, 16 + 8)
    yield _step(_EQUAL, _F_SETFL, 0, 4)
    yield _step(_LOAD, 16 + 16)
    yield _step(_AND, _O_ASYNC)
    yield _step(_EQUAL, 0, 0, 1)
    yield _step(_RETURN, _ALLOW)
    yield _step(_LOAD, _NUMBER)


def _step(code, value, yes=0, no=0):
    return struct.pack("<HBBI", code, yes, no, value)
