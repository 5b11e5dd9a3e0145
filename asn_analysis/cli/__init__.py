"""The command line: ``asn``, also ``python -m asn_analysis``. A module holds a group of commands."""

from __future__ import annotations

from functools import cache
from typing import Any

import click

from asn_analysis import __version__
from asn_analysis.cli.failures import said_plainly
from asn_analysis.run.interrupts import uninterrupted


@cache
def _commands() -> dict[str | None, click.Command]:
    """By their names; imported once signals are heard, and a spoiled file of rules is told like all else."""
    with uninterrupted():
        from asn_analysis.cli import briefs, data, files, imports, plan, report
    all_of_them = (
        *(data.check, imports.import_, data.template, data.simulate, briefs.briefs, plan.plan),
        *(files.verify, files.bundle, files.diff, report.report),
    )
    return {command.name: command for command in all_of_them}


class Commands(click.Group):
    """The commands, each of which ends plainly whatever comes over it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(map(str, _commands()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _commands().get(cmd_name)

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
