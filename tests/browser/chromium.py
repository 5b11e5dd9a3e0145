"""Headless Chromium, spoken to over a pipe in the DevTools protocol: no port, no other library."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # containers have no user namespaces; the only pages opened are our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 30  # seconds for one answer


class Chromium:
    """One browser process; use as a context manager."""

    def __init__(self, program: str, profile: Path) -> None:
        self._events: deque[dict[str, Any]] = deque()
        self._received = b""
        self._last = 0
        to_browser, self._write = _pipe()
        self._read, from_browser = _pipe()
        command = [program, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"]
        # The protocol asks for descriptors 3 and 4; a shell puts them there.
        redirect = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        self._process = subprocess.Popen(
            ["bash", "-c", redirect, "chromium", *command],
            pass_fds=(to_browser, from_browser),
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call("Browser.close")
        finally:
            self._process.wait(PATIENCE)
            os.close(self._write)
            os.close(self._read)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; events that come meanwhile are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def events(self, session: str) -> list[dict[str, Any]]:
        """What a page has told so far; each event is told once."""
        found = [event for event in self._events if event.get("sessionId") == session]
        self._events = deque(event for event in self._events if event.get("sessionId") != session)
        return found

    def open(self, address: str, **window: Any) -> Page:
        """A fresh tab on an address, loaded to the end."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        page.go(address, **window)
        return page

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._read], [], [], max(deadline - time.monotonic(), 0))
            part = os.read(self._read, 1 << 20) if ready else b""
            if not part:
                raise RuntimeError("Chromium does not answer.")
            self._received += part
        message, self._received = self._received.split(b"\0", 1)
        return json.loads(message)


def _pipe() -> list[int]:
    """Two descriptors above ten, so that moving them to 3 and 4 cannot overwrite one another."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high


@dataclass
class Page:
    """A tab: what it shows, what it asked for, what it complained about."""

    browser: Chromium
    target: str
    session: str
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.call("Target.closeTarget", targetId=self.target)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def go(
        self,
        address: str,
        width: int = 1280,
        height: int = 720,
        scale: float = 1,
        dark: bool = False,
        scripts: bool = True,
    ) -> None:
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height, scale)
        self.prefer(dark=dark)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.call("Page.navigate", url=address)
        deadline = time.monotonic() + PATIENCE
        while self.run("document.readyState") != "complete" and time.monotonic() < deadline:
            time.sleep(0.01)
        self.listen()

    def resize(self, width: int, height: int, scale: float = 1) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    def prefer(self, *, dark: bool = False, medium: str = "") -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=medium, features=[scheme])

    def run(self, script: str) -> Any:
        """The value of a script, run by the protocol and so outside the page's own policy."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", answer))
        return answer["result"].get("value")

    def listen(self) -> None:
        """Sort what the page told into requests and messages."""
        for event in self.browser.events(self.session):
            name, told = event["method"], event["params"]
            if name == "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            elif name == "Log.entryAdded":
                self.messages.append(told["entry"]["text"])
            elif name in (
                "Runtime.consoleAPICalled",
                "Runtime.exceptionThrown",
                "Page.javascriptDialogOpening",
            ):
                self.messages.append(json.dumps(told))

    def picture(self, whole: bool = False) -> bytes:
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        return base64.b64decode(taken["data"])

    def pdf(self) -> bytes:
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])
