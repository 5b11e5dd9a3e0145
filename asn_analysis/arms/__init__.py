"""The policy's other arms in the briefs, in the order in which they are told.

An arm is a folder and one value, its ``Arm``: ``made.py`` holds its part of the record, as types and as what
fills them, ``__init__.py`` the messages and tables that tell it. What it computes lives in ``measures``,
``impact`` or ``followup``. Nothing outside a folder knows an arm by name.
"""

from __future__ import annotations

from asn_analysis.arms.complaints import ARM as COMPLAINTS
from asn_analysis.arms.consultation import ARM as CONSULTATION
from asn_analysis.arms.digital import ARM as DIGITAL
from asn_analysis.arms.monitoring import ARM as MONITORING
from asn_analysis.arms.planning import ARM as PLANNING
from asn_analysis.arms.quality import ARM as QUALITY
from asn_analysis.arms.staff import ARM as STAFF

ARMS = (DIGITAL, COMPLAINTS, CONSULTATION, STAFF, MONITORING, PLANNING, QUALITY)
