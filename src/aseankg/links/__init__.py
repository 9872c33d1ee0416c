"""Links to other people's data: which schemes they lead to, what is wrong with them, and whether they still answer.

The rows themselves stand in data/links/, as SSSOM. Not here: how they become quads (alignment).
"""

from aseankg.links.asking import STATES, Answer, Pace, ask_addresses
from aseankg.links.review import STRENGTHS, Fault, Link, find_faults, read_links
from aseankg.links.schemes import SCHEMES, Scheme, find_scheme, name_of

__all__ = [
    "SCHEMES",
    "STATES",
    "STRENGTHS",
    "Answer",
    "Fault",
    "Link",
    "Pace",
    "Scheme",
    "ask_addresses",
    "find_faults",
    "find_scheme",
    "name_of",
    "read_links",
]
