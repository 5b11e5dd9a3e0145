"""The command line: ``asn``, also ``python -m asn_analysis``. A module holds a group of commands."""

from __future__ import annotations

from typing import Any

import click

from asn_analysis import __version__
from asn_analysis.cli.failures import said_plainly
from asn_analysis.run.interrupts import uninterrupted

NAMES = ["briefs", "bundle", "check", "diff", "import", "plan", "pool"]
NAMES += ["report", "reproduce", "sign", "simulate", "template", "verify"]


def _command(name: str) -> click.Command:
    """A command, imported when it is called for: a spoiled file of rules is told like all else."""
    if name == "import":
        from asn_analysis.cli import imports

        return imports.import_
    if name in ("bundle", "diff", "sign", "verify"):
        from asn_analysis.cli import files

        return getattr(files, name)
    if name in ("check", "simulate", "template"):
        from asn_analysis.cli import data

        return getattr(data, name)
    if name == "briefs":
        from asn_analysis.cli import briefs

        return briefs.briefs
    from asn_analysis.cli import plan, pool, report, reproduce

    others = (plan.plan, pool.pool, report.report, reproduce.reproduce)
    return {command.name: command for command in others}[name]


class Commands(click.Group):
    """The commands, each of which ends plainly whatever comes over it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return NAMES

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        with uninterrupted():
            return _command(cmd_name) if cmd_name in NAMES else None

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        with said_plainly():  # help lists the commands here
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: click.Context) -> Any:
        with said_plainly():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asn")
def main() -> None:
    """Did training civil servants change what citizens say about public services?"""
