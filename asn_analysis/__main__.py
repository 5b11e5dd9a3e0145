"""``asn``, also ``python -m asn_analysis``: signals end it plainly while its commands are still imported."""

import atexit
import gc
import os
import sys
from contextlib import suppress

from asn_analysis.run.interrupts import heard, status_of, uninterrupted

RARELY = 50_000  # objects made between two looks for garbage


def main() -> None:
    gc.set_threshold(RARELY)
    gc.disable()  # what is imported is no garbage, so it is frozen
    try:
        with heard([]), uninterrupted():
            from asn_analysis.cli import main as asn
        gc.freeze()
        gc.enable()
        asn(prog_name="asn")
    except KeyboardInterrupt as stopped:
        print("\nInterrupted.", file=sys.stderr)
        _leave(status_of(stopped))
    except SystemExit as end:  # click ends every command so
        _leave(end.code)


def _leave(status: str | int | None) -> None:
    """End at once: to take all that was imported apart first costs Python a third of a second.

    As mypy ends (``mypy.util.hard_exit``); what libraries have asked to be done at the end is done.
    """
    if not isinstance(status, int):
        sys.exit(status)
    atexit._run_exitfuncs()
    with suppress(OSError):  # whoever read it is gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
