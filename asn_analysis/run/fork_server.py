"""A process that has imported what every notebook imports, and is copied once per kernel.

Starting Python and importing pandas, matplotlib and the package takes longer than running a unit's
notebook; a copy of a process that has done so starts at once. ``start`` runs this file as that process,
``ForkServer`` is the batch's end of the pipe. It answers each request with one answer; when the pipe
closes, because the batch has ended or was killed, it ends, and the kernels that are left end with it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to import
    from asn_analysis.record.inputs import Inputs

DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG
FORKS = sys.platform == "linux"  # macOS's own frameworks break in a forked copy, and Windows has no fork
# One thread each: two kernels would otherwise fight for the cores, and a thread forbids the fork; pyarrow's
# allocator, which pandas loads where it is installed, starts one too.
SINGLE_THREADED = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
SINGLE_THREADED |= {"JE_ARROW_MALLOC_CONF": "background_thread:false"}


class ForkServer:
    """The batch's end: one process for all its kernels."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._pipe, theirs = Pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asn_analysis.run.fork_server", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=os.environ | SINGLE_THREADED,
            start_new_session=True,  # Ctrl-C is for the batch, which then ends its kernels
        )
        theirs.close()

    def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> int | None:
        """Pid of a new kernel; None where the server refuses, or is gone."""
        with self._turn, suppress(OSError, EOFError):
            self._pipe.send(("fork", arguments, environment, folder))
            return self._pipe.recv()
        return None

    def think_ahead(self, document: str) -> None:
        """Have the server work out what the city's brief will ask, which every copy of it then knows.

        It may still be importing, and a pipe holds less than a document: nobody waits for it to be taken.
        """
        threading.Thread(target=self._send, args=("think", document), daemon=True).start()

    def _send(self, *wanted: str) -> None:
        with self._turn, suppress(OSError):
            self._pipe.send(wanted)

    def close(self) -> None:
        """End the server and with it every kernel that it has made."""
        self.process.kill()
        self.process.wait()
        self._pipe.close()


class _Running:
    """The server of this process."""

    server: ForkServer | None = None
    turn = threading.Lock()


def start() -> None:
    """Start the process's server if it has none and may fork; it imports while a batch reads its data."""
    with _Running.turn:
        if FORKS and not _Running.server:
            _Running.server = ForkServer()


def running() -> ForkServer | None:
    return _Running.server


def think_ahead(city: Inputs) -> None:
    """Use the time until the first kernel starts."""
    if server := running():
        server.think_ahead(city.to_json())


def stop() -> None:
    """End the server and every kernel that it has made."""
    with _Running.turn:
        server, _Running.server = _Running.server, None
    if server:
        server.close()


def main(pipe: int) -> None:
    """Preload, then serve until the pipe closes."""
    batch = Connection(pipe)
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel reads it when it is imported
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a kernel that ends is gone, without being waited for
    gc.disable()  # modules are no garbage, and a kernel makes one brief and ends
    _preload()
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

    sys.modules["debugpy"] = None  # type: ignore[assignment] # slow to import, and nobody debugs a batch
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
