"""``asn``, also ``python -m asn_analysis``: signals end it plainly while its commands are still imported."""

import gc
import sys

from asn_analysis.run.interrupts import heard, status_of, uninterrupted

RARELY = 50_000  # objects made between two looks for garbage: what is imported is none


def main() -> None:
    gc.set_threshold(RARELY)
    try:
        with heard([]), uninterrupted():
            from asn_analysis.cli import main as asn
    except KeyboardInterrupt as stopped:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(status_of(stopped))
    asn(prog_name="asn")


if __name__ == "__main__":
    main()
