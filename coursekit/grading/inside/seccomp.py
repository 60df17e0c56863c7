"""A seccomp filter: which system calls an answer may make, decided by the kernel before they start.

Numbers: the kernel's tables, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import functools
import os
import struct

from coursekit.grading.inside.landlock import libc

# name: (x86_64, aarch64); None where an architecture has no such call
REFUSED = {
    # processes and programs (threads are made by clone, looked at below)
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "kill": (62, 129), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "setsid": (112, 157), "setpgid": (109, 154), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    # network, and messages between processes
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201), "connect": (42, 203),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "recvmsg": (47, 212), "recvmmsg": (299, 243),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "msgget": (68, 186), "msgsnd": (69, 189),
    "semget": (64, 190), "semtimedop": (220, 192), "semop": (65, 193), "mq_open": (240, 180),
    # memory outside the limits
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "userfaultfd": (323, 282), "mlock": (149, 228),
    "mlock2": (325, 284), "mlockall": (151, 230), "remap_file_pages": (216, 234),
    # the system
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "bpf": (321, 280), "perf_event_open": (298, 241), "seccomp": (317, 277), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "io_setup": (206, 0), "kexec_load": (246, 104), "reboot": (169, 142),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "personality": (135, 92),
    "mknod": (133, None), "mknodat": (259, 33), "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145),
    "setregid": (114, 143), "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159),
    "capset": (126, 91), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
}  # fmt: skip
_CLONE, _CLONE3, _MMAP = (56, 220), (435, 435), (9, 222)
_PRCTL, _PRLIMIT, _TKILL, _TGKILL = (157, 167), (302, 261), (200, 130), (234, 131)

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _GREATER_OR_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH = 0, 4  # offsets in struct seccomp_data
_CLONE_THREAD, _SHARED_ANONYMOUS, _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 0x10000, 0x21, 1, 4
_X32 = 0x40000000
_OWN = 0x0EADBEEF  # stands for the process's own number


def supported() -> bool:
    """Whether the filter knows this machine's system calls, and the kernel takes filters."""
    return os.uname().machine in _ARCHITECTURES and libc.prctl(21, 0, 0, 0, 0) == 0  # PR_GET_SECCOMP


def install() -> None:
    """Put this thread, and all that it starts, behind the filter, for good."""
    buffer, places, program = prepared()
    for place in places:
        struct.pack_into("<I", buffer, place, os.getpid())
    if libc.prctl(22, 2, program, 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


@functools.cache
def prepared():
    """The filter as bytes, the places in it where the process's number belongs, and what the kernel wants to see.

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
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            yield _step(_EQUAL, numbers[column], 0, 1)
            yield _step(_RETURN, _ERROR | errno.EPERM)
    yield _step(_EQUAL, _CLONE3[column], 0, 1)  # its flags lie in memory, out of reach: the C library
    yield _step(_RETURN, _ERROR | errno.ENOSYS)  # falls back to clone
    yield from _look(_CLONE[column], 0, _CLONE_THREAD, _CLONE_THREAD, refuse_if_equal=False)
    yield from _look(_MMAP[column], 3, _SHARED_ANONYMOUS, _SHARED_ANONYMOUS, refuse_if_equal=True)
    yield from _look(_PRCTL[column], 0, 0xFFFFFFFF, _PR_SET_PDEATHSIG, refuse_if_equal=True)
    yield from _look(_PRCTL[column], 0, 0xFFFFFFFF, _PR_SET_DUMPABLE, refuse_if_equal=True)
    yield from _look(_TGKILL[column], 0, 0xFFFFFFFF, pid, refuse_if_equal=False)
    yield from _look(_TKILL[column], 0, 0xFFFFFFFF, pid, refuse_if_equal=False)
    yield from _look(_PRLIMIT[column], 0, 0xFFFFFFFF, 0, refuse_if_equal=False)  # 0: oneself
    yield _step(_RETURN, _ALLOW)


def _look(number, argument, mask, value, *, refuse_if_equal):
    """Refuse a call by one of its arguments (its lower half)."""
    equal, other = (0, 1) if refuse_if_equal else (1, 0)
    yield _step(_EQUAL, number, 0, 5)
    yield _step(_LOAD, 16 + 8 * argument)
    yield _step(_AND, mask)
    yield _step(_EQUAL, value, equal, other)
    yield _step(_RETURN, _ERROR | errno.EPERM)
    yield _step(_LOAD, _NUMBER)  # for the steps that follow


def _step(code, value, yes=0, no=0):
    return struct.pack("<HBBI", code, yes, no, value)
