"""Folders, addresses and languages, as commands are given them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from asn_analysis.cli.failures import BadInput, told_plainly
from asn_analysis.run.staging import is_address, staged
from asn_analysis.words.language import LANGUAGES


class Local(click.Path):
    """A file or folder of this machine; an address would else become a folder of its name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(path_type=Path, **more)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if is_address(str(value)):
            self.fail(f"{value} is an address; a folder or file of this machine is needed here.", param, ctx)
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:  # its own way out would repeat whoever a name names
            raise BadInput(f"{error.message} Check the name.") from None


DATA, FILE = Local(exists=True, file_okay=False), Local(exists=True, dir_okay=False)
NEW_FILE = Local(dir_okay=False)


class Folder(Local):
    """A folder to write into, there or not yet; with ``addresses`` also one in object storage, as text."""

    def __init__(self, addresses: bool = False) -> None:
        super().__init__()
        self.addresses = addresses

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if self.addresses and is_address(str(value)):
            return value
        path = super().convert(value, param, ctx)
        there = next((part for part in (path, *path.parents) if part.exists()), path)
        if there.is_file():
            named = f"{param.opts[0]}: " if param else ""
            raise BadInput(f"{named}{there} is a file, not a folder; name a folder to write into.")
        return str(path) if self.addresses else path


class Languages(click.ParamType):
    """Languages of the briefs, as id,en."""

    name = "languages"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        chosen = tuple(name.strip() for name in value.split(",") if name.strip())
        if not chosen or {*chosen} - {*LANGUAGES} or len({*chosen}) < len(chosen):
            self.fail(f'"{value}": choose from {", ".join(LANGUAGES)}, each once.', param, ctx)
        return chosen


def quarter_at(text: str) -> Path:
    """A quarter's folder; of an address a copy, which lives as long as the command and is only read."""
    if not is_address(text):
        return cast(Path, DATA.convert(text, None, None))
    out, _slash, name = text.rstrip("/").rpartition("/")
    with told_plainly():
        place = click.get_current_context().with_resource(staged(out, reading=True))
        place.bring(name)
        if not (place.folder / name).exists():
            raise ValueError(f"{text} holds no quarter; name it as s3://bucket/reports/2026Q3.")
    return place.folder / name
