"""Kernels copied from one prepared process where the platform can, started afresh where it cannot.

jupyter_client asks a *provisioner* for each kernel's process. Ours is registered in pyproject.toml
and is chosen by the batch alone: notebooks keep their kernelspec, and Lab and nbval start kernels as
ever. A forked kernel runs the same code on the same input as a fresh one, so the pages are the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import weakref
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_path
from traitlets import default

from asn_analysis.run import fork_server
from asn_analysis.run.fork_server import SINGLE_THREADED, ForkServer

NAME = "asn-forked"
LONGEST_PATH = 80  # a socket's whole path has room for 103 letters on macOS, for 107 on Linux


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
        if not _Kernels.open:
            raise RuntimeError("The run was stopped.")
        kwargs["env"] = {**kwargs.get("env", os.environ), **SINGLE_THREADED}
        folder, server = str(kwargs.get("cwd") or Path.cwd()), fork_server.running()
        pid = None
        if server and cmd[0] == sys.executable and "ipykernel_launcher" in cmd:
            pid = server.fork(cmd[cmd.index("ipykernel_launcher") + 1 :], kwargs["env"], folder)
        if pid is None:
            await super().launch_kernel(cmd, **kwargs)
        else:
            self.process, self.pid, self.pgid, self.cwd = ForkedProcess(server, pid), pid, pid, folder
        _Kernels.started.add(self)
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
    """Whose clients lose no time, and which asks no IPython where kernels were once kept.

    It speaks with its kernel over sockets in a folder of its own: a free port may be given to two runs at
    once, and the kernel that came second died.
    """

    client_factory = PromptClient

    @default("transport")
    def _transport(self) -> str:
        return "ipc" if _sockets() else "tcp"

    def _ip_default(self) -> str:
        folder = _sockets()
        return f"{folder.name}/{next(_Kernels.number)}" if folder else super()._ip_default()

    @default("kernel_spec_manager")
    def _specs(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=jupyter_path("kernels"))


@cache
def _sockets() -> TemporaryDirectory[str] | None:
    """A folder for sockets, which goes with this process; None where there can be none."""
    if sys.platform == "win32":
        return None
    folder = TemporaryDirectory(prefix="asn-", ignore_cleanup_errors=True)
    return folder if len(folder.name) < LONGEST_PATH else None


class _Kernels:
    """Those that this process has started, and whether it may start more."""

    open = True
    number = count()
    started: weakref.WeakSet[ForkedProvisioner] = weakref.WeakSet()


def use_kernels() -> None:
    """Let every kernel that this process starts from now on be ours."""
    factory = KernelProvisionerFactory.instance()
    if factory._check_availability(NAME):
        factory.default_provisioner_name = NAME
        if _Kernels.open:
            fork_server.start()


def open_kernels() -> None:
    """Begin a batch: kernels may start."""
    _Kernels.open = True
    use_kernels()


def stop_kernels() -> None:
    """End a batch: kill every kernel of this process at once, and let no more start."""
    _Kernels.open = False
    for provisioner in list(_Kernels.started):
        if provisioner.pgid and provisioner.process:
            with suppress(OSError):
                os.killpg(provisioner.pgid, signal.SIGKILL)
    fork_server.stop()
