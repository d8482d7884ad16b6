"""Take from the current process what a reader of untrusted files has no need of.

Called in the child before anything of GDAL is loaded. The network goes by a namespace of its own
where the kernel lets us make one, otherwise by a filter on the system call that makes sockets
(seccomp, prctl(2)); both hold for libraries as for Python.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
from typing import Literal

NetworkGuard = Literal["namespace", "seccomp", "none"]

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EACCES


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def limit(*, memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    """Bound memory, processor time and the size of every file that this process writes."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def cut_network(*, namespaces: bool = True) -> NetworkGuard:
    """Cut this process off the network and return how; ``none`` where the system has no means."""
    if namespaces and _own_namespace():
        return "namespace"
    return "seccomp" if _refuse_sockets() else "none"


def _own_namespace() -> bool:
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        return False
    flags = _NEW_NET if os.geteuid() == 0 else _NEW_NET | _NEW_USER
    return bool(unshare(flags) == 0)


def _refuse_sockets() -> bool:
    known = _SOCKET.get(platform.machine())
    if known is None or platform.system() != "Linux":
        return False
    machine, call = known
    steps = (
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),  # a system call of another architecture
        (_LOAD, 0, 0, 0),  # the number of the call
        (_EQUAL, 0, 1, call),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)
