"""What ends a command early, each as one clear message and its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from asn_analysis.pages.gate import PersonalData
from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.records.privacy import without_identifying

OK, SOME_FAILED, BAD_INPUT, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130


class Plain(click.ClickException):
    """A message that repeats what a caller or a file said, but nobody's number or address."""

    def format_message(self) -> str:
        return without_identifying(self.message)


class BadInput(Plain):
    """Something the caller can mend; nothing has been written."""

    exit_code = BAD_INPUT


class Refused(Plain):
    """Personal data were found; nothing was published."""

    exit_code = REFUSED


class CutShort(Plain):
    """The run could not go on; what it made stands."""

    exit_code = SOME_FAILED


def unusable(faults: Sequence[Fault], data: object, outcome: str = "nothing was written") -> Plain:
    """Why a data set is not read; personal data weigh more than whatever else is wrong."""
    n_personal = sum(fault.personal for fault in faults)
    if n_personal:
        return Refused(f"Personal data in {n_personal} place(s) of {data}; {outcome}.")
    return BadInput(f"{len(faults)} fault(s) in {data}; {outcome}.")


@contextmanager
def told_plainly(data: object = "", stands: str = "Nothing was written.") -> Iterator[None]:
    """What ends a command that reads ``data``; ``stands`` says what it leaves behind."""
    try:
        yield
    except DatasetError as error:
        click.echo(str(error))
        raise unusable(error.faults, data) from error
    except PersonalData as error:
        raise Refused(f"{error} {stands}") from error
    except ValueError as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        problem = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise BadInput(f"{problem}. {stands} Mend this and call again.") from error
    except KeyboardInterrupt:
        click.echo(f"\nInterrupted. {stands} Call again.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        if not _is_of_duckdb(error):
            raise
        raise BadInput(f"{str(error).rstrip('.')}. {stands}") from error


def _is_of_duckdb(error: Exception) -> bool:
    import duckdb  # takes a while, and only a command that reads answers needs it

    return isinstance(error, duckdb.Error)


@contextmanager
def run_told_plainly(resume: str) -> Iterator[None]:
    """What ends a run of briefs; ``resume`` is the command that finishes it."""
    from asn_analysis.cli.console import in_words
    from asn_analysis.run.desk import NeedsReason, Stopped
    from asn_analysis.run.storage import Busy

    try:
        yield
    except (Busy, ValueError) as error:
        raise BadInput(str(error)) from error
    except PersonalData as error:
        raise Refused(f"{error} Nothing was published; earlier briefs stand as they were.") from error
    except NeedsReason as error:
        raise BadInput(
            f"{error}:\n{in_words(error.changes, 5)}\n"
            'Nothing of it was written. Say why with --reason "...", which the brief will print, '
            "or make the quarter elsewhere with --out and compare with `asn diff`."
        ) from error
    except (Stopped, OSError) as error:
        raise CutShort(f"Cannot go on: {error}. What was made stands; then go on with: {resume}") from error
    except KeyboardInterrupt:
        click.echo(f"\nInterrupted. What was made stands; go on with: {resume}", err=True)
        sys.exit(INTERRUPTED)
