"""What ends a command early, each as one clear message and its exit status."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import cast

import click

from asn_analysis.cli.counted import counted
from asn_analysis.pages.gate import PersonalData
from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.records.left import Damaged
from asn_analysis.records.privacy import without_identifying
from asn_analysis.rules.rules import RulesError
from asn_analysis.run.interrupts import heard, status_of

SOME_FAILED, BAD_INPUT, REFUSED = 1, 2, 3


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
        return Refused(f"Personal data in {counted(n_personal, 'place')} of {data}; {outcome}.")
    return BadInput(f"{counted(sum(fault.count for fault in faults), 'fault')} in {data}; {outcome}.")


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
        raise BadInput(in_words(error)) from error
    except OSError as error:
        problem = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise BadInput(f"{problem}. {stands} Mend this and call again.") from error
    except KeyboardInterrupt as stopped:
        click.echo(f"\nInterrupted. {stands} Call again.", err=True)
        sys.exit(status_of(stopped))
    except Exception as error:
        if not _is_of_duckdb(error):
            raise
        raise BadInput(f"{str(error).rstrip('.')}. {stands}") from error


def _is_of_duckdb(error: Exception) -> bool:
    import duckdb  # takes a while, and only a command that reads answers needs it

    return isinstance(error, duckdb.Error)


def in_words(error: Exception) -> str:
    """What an error says; of a text that the system's character set does not hold, which, and what to do."""
    if not isinstance(error, UnicodeError):
        return str(error)
    shown = ascii(str(getattr(error, "object", ""))[:80])
    return (
        f"{shown} cannot be written in this system's character set ({sys.getfilesystemencoding()}). "
        "Set LC_ALL=C.UTF-8, or choose another name."
    )


@contextmanager
def said_plainly() -> Iterator[None]:
    """Around every command: signals end it with their status, and no bad file with a traceback."""
    asked: list[KeyboardInterrupt] = []
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # a stream of a test or a notebook
            cast(io.TextIOWrapper, stream).reconfigure(errors="backslashreplace")
    try:
        with heard(asked):
            yield
    except KeyboardInterrupt as stopped:
        asked.append(stopped)
    except Exception as error:
        if not asked and isinstance(error, UnicodeError | Damaged | RulesError):
            raise BadInput(in_words(error)) from error
        if not asked:
            raise
    if asked:  # also where libraries have made an error of their own of an interrupt, or swallowed it
        click.echo("\nInterrupted.", err=True)
        sys.exit(status_of(asked[0]))


@contextmanager
def run_told_plainly(resume: str) -> Iterator[None]:
    """What ends a run of briefs; ``resume`` is the command that finishes it."""
    from asn_analysis.run.jobs import Stopped

    with told_plainly(stands="Nothing was published; earlier briefs stand as they were."):
        try:
            yield
        except (Stopped, OSError) as error:
            told = f"Cannot go on: {error}. What was made stands; then go on with: {resume}"
            raise CutShort(told) from error
        except KeyboardInterrupt as stopped:
            click.echo(f"\nInterrupted. What was made stands; go on with: {resume}", err=True)
            sys.exit(status_of(stopped))
