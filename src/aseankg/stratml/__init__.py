"""StratML Part 1 (ISO 17469-1), the XML in which governments publish strategic plans: plans are written and read.

A plan has goals, a goal has objectives, and both have stakeholders; that is all the depth there is. What StratML has no
element for stands in its `OtherInformation` as lines such as `Kind: Activity`, which reading understands again. Not
here: the command line, and the network from which roles are read (export).
"""

from aseankg.stratml.describing import describe
from aseankg.stratml.reading import MAX_BYTES, read_stratml
from aseankg.stratml.records import StrategicPlan
from aseankg.stratml.taking import Taken, take
from aseankg.stratml.writing import stratml_bytes

__all__ = ["MAX_BYTES", "StrategicPlan", "Taken", "describe", "read_stratml", "stratml_bytes", "take"]
