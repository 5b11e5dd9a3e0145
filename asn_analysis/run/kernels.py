"""Kernels copied from one prepared process where the platform can, started afresh where it cannot.

jupyter_client asks a *provisioner* for each kernel's process. Ours is registered in pyproject.toml
and is chosen by the batch alone: notebooks keep their kernelspec, and Lab and nbval start kernels as
ever. A forked kernel runs the same code on the same input as a fresh one, so the pages are the same.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "asn-forked"
# One thread each: two kernels would otherwise fight for the cores, and a thread forbids the fork; pyarrow's
# allocator, which pandas loads where it is installed, starts one too.
SINGLE_THREADED = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
SINGLE_THREADED |= {"JE_ARROW_MALLOC_CONF": "background_thread:false"}


class ForkServer:
    """The other end of ``fork_server.py``; one process for all kernels of a batch."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "asn_analysis.run.fork_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | SINGLE_THREADED,
            start_new_session=True,  # Ctrl-C is for the batch, which then ends its kernels
        )

    def ask(self, **request: Any) -> Any:
        """The server's answer; None once it is gone."""
        with self._turn, suppress(OSError, ValueError):
            print(json.dumps(request), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline() or "null")

    @property
    def gone(self) -> bool:
        """Whether the server has ended, and so all its kernels."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the server and with it every kernel that it has made."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()


class ForkedProcess:
    """A forked kernel, with the few methods of ``Popen`` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.server, self.pid, self.returncode = server, pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            status = self.server.ask(do="poll", pid=self.pid)
            self.returncode = -signal.SIGKILL if status is None and self.server.gone else status
        return self.returncode

    def wait(self) -> int | None:
        return self.poll()

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by a fork, or as usual where forking is off, impossible or refused."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if not _State.open:
            raise RuntimeError("The run was stopped.")
        kwargs["env"] = {**kwargs.get("env", os.environ), **SINGLE_THREADED}
        pid = _fork(cmd, kwargs["env"], kwargs.get("cwd"))
        if pid is None:
            await super().launch_kernel(cmd, **kwargs)
        else:
            self.process, self.pid, self.pgid = ForkedProcess(_State.server, pid), pid, pid
            self.cwd = kwargs.get("cwd") or Path.cwd()
        _State.started.add(self)
        return self.connection_info


class _State:
    """What the process's kernels share."""

    open = True
    server: ForkServer | None = None
    turn = threading.Lock()
    started: weakref.WeakSet[ForkedProvisioner] = weakref.WeakSet()


def use_kernels(forked: bool) -> None:
    """Let every kernel that this process starts from now on be ours; start the server if it may fork."""
    with _State.turn:
        factory = KernelProvisionerFactory.instance()
        if factory._check_availability(NAME):
            factory.default_provisioner_name = NAME
            if _may_fork(forked):
                _State.server = ForkServer()
    if not forked:
        _close_server()


def _may_fork(wanted: bool) -> bool:
    # macOS's own frameworks break in a forked copy; Windows has no fork.
    possible = hasattr(os, "fork") and sys.platform != "darwin"
    return wanted and possible and _State.open and _State.server is None


def open_kernels(forked: bool) -> None:
    """Begin a batch: kernels may start, and the server imports while the batch reads its data."""
    _State.open = True
    use_kernels(forked)


def stop_kernels() -> None:
    """End a batch: kill every kernel of this process at once, and let no more start."""
    _State.open = False
    for provisioner in list(_State.started):
        if provisioner.pgid and provisioner.process:
            with suppress(OSError):
                os.killpg(provisioner.pgid, signal.SIGKILL)
    _close_server()


def _close_server() -> None:
    with _State.turn:
        server, _State.server = _State.server, None
    if server:
        server.close()


def _fork(cmd: list[str], environment: dict[str, str], folder: str | None) -> int | None:
    """Pid of a forked kernel for a command that starts ipykernel in this Python, else None."""
    server = _State.server
    if server is None or "ipykernel_launcher" not in cmd or cmd[0] != sys.executable:
        return None
    arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
    return server.ask(
        do="fork", arguments=arguments, environment=dict(environment), folder=str(folder or Path.cwd())
    )
