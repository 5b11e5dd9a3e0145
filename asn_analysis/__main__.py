"""``asn``, also ``python -m asn_analysis``: signals end it plainly while its commands are still imported."""

import atexit
import gc
import sys

from asn_analysis.run.interrupts import heard, status_of, uninterrupted

RARELY = 50_000  # objects made between two looks for garbage


def main() -> None:
    gc.set_threshold(RARELY)
    gc.disable()  # what is imported is no garbage, so it is frozen; not at the end, when all of it goes
    atexit.register(gc.unfreeze)
    try:
        with heard([]), uninterrupted():
            from asn_analysis.cli import main as asn
    except KeyboardInterrupt as stopped:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(status_of(stopped))
    gc.freeze()
    gc.enable()
    asn(prog_name="asn")


if __name__ == "__main__":
    main()
