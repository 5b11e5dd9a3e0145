"""The command line: ``asn``, also ``python -m asn_analysis``. A module holds a group of commands."""

from __future__ import annotations

from typing import Any

import click

from asn_analysis import __version__
from asn_analysis.cli import briefs, data, files, imports, plan, report
from asn_analysis.cli.failures import said_plainly


class Commands(click.Group):
    """The commands, each of which ends plainly whatever comes over it."""

    def invoke(self, ctx: click.Context) -> Any:
        with said_plainly():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asn")
def main() -> None:
    """Did training civil servants change what citizens say about public services?"""


for command in (
    *(data.check, imports.import_, data.template, data.simulate, briefs.briefs, plan.plan),
    *(files.verify, files.bundle, files.diff, report.report),
):
    main.add_command(command)
