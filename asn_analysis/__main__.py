"""``python -m asn_analysis`` is ``asn``."""

from asn_analysis.cli import main

main(prog_name="asn")
