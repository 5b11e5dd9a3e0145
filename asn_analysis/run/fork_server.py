"""A process that has imported what every notebook imports, and is copied once per kernel.

Starting Python and importing pandas, matplotlib and the package takes longer than running a unit's
notebook; a copy of a process that has done so starts at once. Run by ``kernels.py``, never by hand.
It reads one JSON request a line and answers each with one line; when its input closes, because the
batch has ended or was killed, it kills the kernels that are left and ends.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def main() -> None:
    """Preload, then serve until the input closes."""
    requests, answers = _private_pipes()
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel reads it when it is imported
    gc.disable()  # modules are no garbage, and a kernel makes one brief and ends
    _preload()
    gc.collect()
    gc.freeze()
    kernels: set[int] = set()
    serve: dict[str, Callable[..., Any]] = {"fork": _fork, "poll": _poll}
    for line in requests:
        request = json.loads(line)
        answer = serve[request.pop("do")](kernels=kernels, **request)
        print(json.dumps(answer), file=answers, flush=True)
    for pid in kernels:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _preload() -> None:
    """What every notebook imports, and ipykernel when it starts; then what every brief does first.

    Not the inline backend: it must be chosen by the kernel's own shell, after the fork.
    """
    import sqlite3  # noqa: F401

    import ipykernel.debugger
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401
    import IPython.core.completer
    import IPython.core.completerlib
    import IPython.core.debugger
    import IPython.core.logger
    import IPython.core.oinspect
    import IPython.extensions.storemagic  # noqa: F401
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401
    import psutil  # noqa: F401
    import scipy.optimize  # noqa: F401
    import tornado.platform.asyncio  # noqa: F401

    from asn_analysis.briefs import brief, record  # noqa: F401

    brief.warm_up()


def _private_pipes() -> tuple[IO[str], IO[str]]:
    """The pipes to the batch, taken off standard input and output, which kernels inherit."""
    requests, answers = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "r"), (1, "w")))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return requests, answers


def _fork(kernels: set[int], arguments: list[str], environment: dict[str, str], folder: str) -> int | None:
    """Pid of a new kernel; None where a thread lives, since a copy would lack it and could hang."""
    if threading.active_count() > 1 or _system_threads() > 1:
        return None
    pid = os.fork()
    if pid == 0:
        _become_kernel(arguments, environment, folder)
    with suppress(OSError):  # the child does the same; whoever comes first
        os.setpgid(pid, pid)
    kernels.add(pid)
    return pid


def _system_threads() -> int:
    """Threads that Python does not know, such as a linear algebra library's; 1 if it cannot be seen."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else 1


def _become_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Everything that a fresh process would have of its own, then the kernel until it is shut down."""
    status = 1
    try:
        with suppress(OSError):
            os.setpgid(0, 0)  # killing a kernel's group must not take the server along
        server = int(os.environ["JPY_PARENT_PID"])
        _die_with(server)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment, JPY_PARENT_PID=str(server))
        os.chdir(folder)
        _reseed()
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher", *arguments]
        IPKernelApp.launch_instance(argv=arguments)
        status = 0
    finally:
        os._exit(status)


def _die_with(parent: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _reseed() -> None:
    import numpy as np

    random.seed()
    np.random.seed(None)  # noqa: NPY002 - the global generator is what a notebook may use


def _poll(kernels: set[int], pid: int) -> int | None:
    """Exit status of a kernel, negative for a signal; None while it runs."""
    if pid not in kernels:
        return 0
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        return None
    kernels.discard(pid)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
