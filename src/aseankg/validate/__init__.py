"""Says what in a graph is wrong, where, why, and how to mend it: SHACL by two engines, and reports in seven formats.

Not here: the shapes (ontology/shapes/), the checks (queries/checks/), and who is told (build, cli).
"""

from aseankg.validate.checks import check, validate
from aseankg.validate.findings import Validation
from aseankg.validate.formats import report_quads
from aseankg.validate.given import validate_files, validate_given
from aseankg.validate.results import Report, Result, explain

__all__ = [
    "Report",
    "Result",
    "Validation",
    "check",
    "explain",
    "report_quads",
    "validate",
    "validate_files",
    "validate_given",
]
