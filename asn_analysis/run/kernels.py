"""Kernels copied from one prepared process where the platform can, started afresh where it cannot.

jupyter_client asks a *provisioner* for each kernel's process. Ours is registered in pyproject.toml
and is chosen by the batch alone: notebooks keep their kernelspec, and Lab and nbval start kernels as
ever. A forked kernel runs the same code on the same input as a fresh one, so the pages are the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:  # slow to import
    from asn_analysis.record.inputs import Inputs

NAME = "asn-forked"
FORKS = sys.platform == "linux"  # macOS's own frameworks break in a forked copy, and Windows has no fork
# One thread each: two kernels would otherwise fight for the cores, and a thread forbids the fork; pyarrow's
# allocator, which pandas loads where it is installed, starts one too.
SINGLE_THREADED = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
SINGLE_THREADED |= {"JE_ARROW_MALLOC_CONF": "background_thread:false"}


class ForkServer:
    """The other end of ``fork_server.py``; one process for all kernels of a batch."""

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
        """Have the server work out what the city's brief will ask, which every copy of it then knows."""
        with self._turn, suppress(OSError):
            self._pipe.send(("think", document))

    def close(self) -> None:
        """End the server and with it every kernel that it has made."""
        self.process.kill()
        self.process.wait()
        self._pipe.close()


class ForkedProcess:
    """A forked kernel, with what a provisioner asks of ``Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.server, self.pid = server, pid

    def poll(self) -> int | None:
        if self.server.process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 0)
                return None
        return -signal.SIGKILL

    wait = poll

    def send_signal(self, signum: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by a fork, or as usual where forking is off, impossible or refused."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if not _State.open:
            raise RuntimeError("The run was stopped.")
        kwargs["env"] = {**kwargs.get("env", os.environ), **SINGLE_THREADED}
        folder, server = str(kwargs.get("cwd") or Path.cwd()), _State.server
        pid = None
        if server and cmd[0] == sys.executable and "ipykernel_launcher" in cmd:
            pid = server.fork(cmd[cmd.index("ipykernel_launcher") + 1 :], kwargs["env"], folder)
        if pid is None:
            await super().launch_kernel(cmd, **kwargs)
        else:
            self.process, self.pid, self.pgid, self.cwd = ForkedProcess(server, pid), pid, pid, folder
        _State.started.add(self)
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """As usual, and a moment of patience: who asked looks ten times a second whether it is gone."""
        await super().kill(restart)
        for _ in range(20):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.005)


class PromptClient(AsyncKernelClient):
    """Finds a kernel ready when it has answered; the standard one then listens for another 0.2 s."""

    async def wait_for_ready(self, timeout: float = 60) -> None:
        start = time.monotonic()
        while time.monotonic() < start + timeout:
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            if not await self.parent.is_alive():
                raise RuntimeError("The kernel died before it answered.")
        raise RuntimeError(f"The kernel did not answer in {timeout:.0f} seconds.")


class KernelManager(AsyncKernelManager):
    """Whose clients lose no time."""

    client_factory = PromptClient


class _State:
    """What the process's kernels share."""

    open = True
    server: ForkServer | None = None
    turn = threading.Lock()
    started: weakref.WeakSet[ForkedProvisioner] = weakref.WeakSet()


def use_kernels() -> None:
    """Let every kernel that this process starts from now on be ours; start the server if it may fork."""
    factory = KernelProvisionerFactory.instance()
    with _State.turn:
        if factory._check_availability(NAME):
            factory.default_provisioner_name = NAME
            if FORKS and _State.open and not _State.server:
                _State.server = ForkServer()


def open_kernels() -> None:
    """Begin a batch: kernels may start, and the server imports while the batch reads its data."""
    _State.open = True
    use_kernels()


def think_ahead(city: Inputs) -> None:
    """Use the time until the first kernel starts."""
    if _State.server:
        _State.server.think_ahead(city.to_json())


def stop_kernels() -> None:
    """End a batch: kill every kernel of this process at once, and let no more start."""
    _State.open = False
    for provisioner in list(_State.started):
        if provisioner.pgid and provisioner.process:
            with suppress(OSError):
                os.killpg(provisioner.pgid, signal.SIGKILL)
    with _State.turn:
        server, _State.server = _State.server, None
    if server:
        server.close()
