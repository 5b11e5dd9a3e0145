"""What must be made, and is it safe?"""

import sys

# jsonschema, which papermill and nbformat import, compiles 39 grammars of addresses in other languages where
# it finds this package: over a second of every start, for a format that the notebook schema does not use.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
