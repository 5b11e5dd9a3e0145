"""A process that has imported what every notebook imports, and is copied once per kernel.

Starting Python and importing pandas, matplotlib and the package takes longer than running a unit's
notebook; a copy of a process that has done so starts at once. Run by ``kernels.py``, never by hand.
It answers each request with one answer; when the pipe closes, because the batch has ended or was
killed, it ends, and the kernels that are left end with it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def main(pipe: int) -> None:
    """Preload, then serve until the pipe closes."""
    batch = Connection(pipe)
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel reads it when it is imported
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a kernel that ends is gone, without being waited for
    gc.disable()  # modules are no garbage, and a kernel makes one brief and ends
    _preload()
    gc.collect()
    gc.freeze()
    with suppress(EOFError):
        while True:
            wanted, *asked = batch.recv()
            if wanted == "fork":
                batch.send(_fork(*asked))
            else:
                _think(*asked)


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


def _think(document: str) -> None:
    from asn_analysis.briefs.record import think_ahead
    from asn_analysis.record.inputs import Inputs

    with suppress(Exception):  # the brief itself tells what is wrong
        think_ahead(Inputs.from_json(document))


def _fork(arguments: list[str], environment: dict[str, str], folder: str) -> int | None:
    """Pid of a new kernel; None where a thread lives, since a copy would lack it and could hang."""
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return None
    server = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_kernel(server, arguments, environment, folder)
    os.setpgid(pid, pid)  # killing a kernel's group must not take the server along
    return pid


def _become_kernel(server: int, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Everything that a fresh process would have of its own, then the kernel until it is shut down."""
    status = 1
    try:
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
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _reseed() -> None:
    import numpy as np

    random.seed()
    np.random.seed(None)  # noqa: NPY002 - the global generator is what a notebook may use


if __name__ == "__main__":
    main(int(sys.argv[1]))
