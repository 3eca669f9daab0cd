"""Read the resident memory of another process, by the interface of each system."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PROC_PIDTASKINFO: Final = 4
"""The kind of answer that macOS gives with a `proc_taskinfo`."""
_QUERY_LIMITED: Final = 0x1000
"""The right PROCESS_QUERY_LIMITED_INFORMATION of Windows."""


def resident_bytes(pid: int) -> int | None:
    """Return the resident memory of a process in bytes, or None if the system doesn't report it."""
    measure = _SYSTEMS.get(sys.platform)
    try:
        return None if measure is None else measure(pid)
    except (OSError, ValueError, AttributeError):
        return None


def _linux(pid: int) -> int:
    with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - ten times a second
        pages = int(file.read().split()[1])
    return pages * mmap.PAGESIZE


class _TaskInfo(ctypes.Structure):
    """The beginning of `proc_taskinfo`, which has 96 bytes."""

    _fields_ = (
        ("virtual_size", ctypes.c_uint64),
        ("resident_size", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 80),
    )


def _macos(pid: int) -> int | None:
    library: Any = ctypes.CDLL(None)
    info = _TaskInfo()
    size = ctypes.sizeof(info)
    written = library.proc_pidinfo(pid, _PROC_PIDTASKINFO, 0, ctypes.byref(info), size)
    return int(info.resident_size) if written == size else None


class _MemoryCounters(ctypes.Structure):
    """`PROCESS_MEMORY_COUNTERS`."""

    _fields_ = (
        ("cb", ctypes.c_uint32),
        ("page_faults", ctypes.c_uint32),
        ("peak_working_set", ctypes.c_size_t),
        ("working_set", ctypes.c_size_t),
        ("rest", ctypes.c_size_t * 6),
    )


def _windows(pid: int) -> int | None:
    counters = _MemoryCounters()
    counters.cb = ctypes.sizeof(counters)
    told = 0
    if sys.platform == "win32":  # ctypes has `WinDLL` on Windows only
        kernel: Any = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = ctypes.c_void_p(kernel.OpenProcess(_QUERY_LIMITED, 0, pid))
        if handle:
            told = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb)
            kernel.CloseHandle(handle)
    return int(counters.working_set) if told else None


_SYSTEMS: Final[dict[str, Callable[[int], int | None]]] = {
    "linux": _linux,
    "darwin": _macos,
    "win32": _windows,
}
