"""What citizens and offices write in the simulated city: the lists of ``sayings.yml``."""

from importlib.resources import files

from asn_analysis.rules.yaml_files import parsed

_SAID = parsed((files("asn_analysis.simulate") / "sayings.yml").read_bytes())

SERVICES = _SAID["services"]
PRAISE = _SAID["praise"]
REMARKS = _SAID["remarks"]
COMPLAINTS = _SAID["complaints"]
CITIZEN_APPLICATIONS = _SAID["citizen_applications"]
STAFF_APPLICATIONS = _SAID["staff_applications"]
ACTIONS = _SAID["actions"]
OWNERS = _SAID["owners"]
