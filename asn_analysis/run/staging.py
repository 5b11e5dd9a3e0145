"""Reports in object storage: a quarter is made in a folder of this machine, then put there as a whole.

Objects cannot be renamed, so a quarter is put in two steps. First all that changed is uploaded under a hidden
name, where nobody reads; a list of it is the last thing to arrive. Then the old catalogue is taken away, each
file is copied to its place, and catalogue and run.json come last. Whoever is cut short in the first step has
changed nothing; in the second, whoever comes next finishes by the list. A quarter with a catalogue is whole.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn_analysis.records.hashed import file_sha256
from asn_analysis.run.hashes import file_hashes

# What a run reads of quarters that it does not make.
LIGHT = re.compile(
    r"[^/]+\.certificate\.json|[^/]+/(index[^/]*\.html|run\.(json|log)|city/record\.json|units/[^/]+/record\.json)"
)
CATALOGUE = re.compile(r"index[^/]*\.html")
RUN, OF_A_RUN = "run.json", re.compile(r"run\.(json|log)")


@dataclass
class Place:
    """Where quarters are published: a folder, in which they are made, or an address with a folder for it.

    Attributes
    ----------
    folder : of this machine
    address : what the operator calls it
    """

    folder: Path
    address: str

    def bring(self, quarter: str) -> None:
        """Have all files of a quarter in the folder."""

    def publish(self, quarter: str) -> None:
        """Have the quarter as it is in the folder where readers look."""


@dataclass
class Remote(Place):
    """An address in object storage, or in any other file system of fsspec."""

    files: Any  # fsspec's file system
    root: str
    known: dict[str, str] = field(default_factory=dict)  # hash of each file as it was fetched

    def fetch(self, wanted: Callable[[str], bool]) -> None:
        for name in self._names():
            if wanted(name) and name not in self.known:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.files.cat_file(self._at(name)))
                self.known[name] = file_sha256(path)

    def bring(self, quarter: str) -> None:
        with reached(self.address):
            self.fetch(lambda name: name.startswith(f"{quarter}/"))

    def publish(self, quarter: str) -> None:
        """Put what changed, whole or not at all.

        Raises
        ------
        ValueError
            If another run has put the quarter meanwhile, or the storage cannot be reached.
        """
        now = {f"{quarter}/{name}": found for name, found in file_hashes(self.folder / quarter).items()}
        put = [name for name, found in now.items() if self.known.get(name) != found]
        gone = [name for name in self.known if name.startswith(f"{quarter}/") and name not in now]
        if gone or any(
            not OF_A_RUN.fullmatch(_within(name)) for name in put
        ):  # then the catalogue goes and comes
            put = sorted({*put, *(name for name in now if CATALOGUE.fullmatch(_within(name)))})
        if put or gone:
            with reached(self.address):
                self._refuse_overtaken(quarter)
                self._upload(quarter, put, gone)
                self.finish(quarter)

    def finish(self, quarter: str) -> None:
        """Put in its place what was uploaded whole; nothing to do where nothing was."""
        listed = self._at(f".{quarter}.listed")
        if not self.files.exists(listed):
            return
        told = json.loads(self.files.cat_file(listed))
        self._remove(name for name in (*told["gone"], *told["put"]) if CATALOGUE.fullmatch(_within(name)))
        for name in sorted(told["put"], key=_turn):
            self.files.cp_file(self._at(f".{quarter}.new/{name}"), self._at(name))
        self._remove(told["gone"])
        self.files.rm_file(listed)
        self._remove(self._names(f".{quarter}.new/"))

    def unfinished(self) -> list[str]:
        """Quarters whose publication was cut short in its second step."""
        found = (re.fullmatch(r"\.(\d{4}Q[1-4])\.listed", name) for name in self._names())
        return [name[1] for name in found if name]

    def _refuse_overtaken(self, quarter: str) -> None:
        name = f"{quarter}/{RUN}"
        known, path = self.known.get(name), self._at(name)
        now = sha256(self.files.cat_file(path)).hexdigest() if self.files.exists(path) else None
        if now != known:
            raise ValueError(f"{self.address}: another run has put {quarter} meanwhile. Call again.")

    def _upload(self, quarter: str, put: list[str], gone: list[str]) -> None:
        self._remove(self._names(f".{quarter}.new/"))  # of a run that was cut short
        for name in put:
            self.files.pipe_file(self._at(f".{quarter}.new/{name}"), (self.folder / name).read_bytes())
        told = json.dumps({"put": put, "gone": gone}).encode()
        self.files.pipe_file(self._at(f".{quarter}.listed"), told)

    def _names(self, start: str = "") -> list[str]:
        self.files.invalidate_cache()
        found = (path[len(self.root) :].lstrip("/") for path in self.files.find(self.root))
        return sorted(name for name in found if name.startswith(start))

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            if self.files.exists(self._at(name)):
                self.files.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}"


def is_address(text: str) -> bool:
    """Whether this names object storage, as s3://bucket/reports, and not a folder."""
    return "://" in text


@contextmanager
def staged(text: str, *, reading: bool = False) -> Iterator[Place]:
    """The place that a folder or an address names; only ``reading``, it is not finished for anybody.

    Raises
    ------
    ValueError
        If the address cannot be reached, or is being written and only to be read.
    """
    if not is_address(text):
        yield Place(Path(text), str(Path(text)))
        return
    files, root = _file_system(text)
    with tempfile.TemporaryDirectory(prefix="asn-staged-") as folder:
        remote = Remote(Path(folder), text.rstrip("/"), files, root)
        with reached(text):
            for quarter in remote.unfinished():
                if reading:
                    raise ValueError(f"{text}: {quarter} is half put; finish it with `asn briefs`.")
                remote.finish(quarter)
            remote.fetch(lambda name: LIGHT.fullmatch(name) is not None)
        yield remote


@contextmanager
def reached(address: str) -> Iterator[None]:
    """Whatever a storage raises, told as what it is."""
    try:
        yield
    except ValueError:
        raise
    except Exception as error:  # each has errors of its own
        why = f"{type(error).__name__}: {error}".strip(": ")
        raise ValueError(
            f"{address} cannot be reached ({why}). No half-made quarter is current there; call again."
        ) from error


def _file_system(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    folders = {"auto_mkdir": True} if address.startswith(("file:", "local:")) else {}
    try:
        files, root = url_to_fs(address, **folders)
    except ImportError as error:
        raise ValueError(
            f"{address}: {str(error).rstrip('.')}; the package is not installed. Install it with pip, beside "
            "asn-analysis, and give it its keys as its own guide says."
        ) from None
    except ValueError as error:
        raise ValueError(
            f"{address}: {error}. Name a folder, or an address such as s3://bucket/reports."
        ) from None
    return files, root.rstrip("/")


def _turn(name: str) -> int:
    """Pages, then catalogues, then run.json, by which a quarter is whole."""
    return 2 if _within(name) == RUN else int(CATALOGUE.fullmatch(_within(name)) is not None)


def _within(name: str) -> str:
    """A name without its quarter."""
    return name.split("/", 1)[1]
