"""What each sign that two elements belong together counts for, and why: the one table of the suggestions.

The weights were set before anything was measured and are not fitted to the shipped mappings (docs/suggestions.md
says what was measured). Not here: how a sign is computed (features).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WEIGHTS", "Weight", "weights_of"]


@dataclass(frozen=True)
class Weight:
    """One sign: its name, its share of the score (all shares make 1), and the reason of the share."""

    feature: str
    share: float
    reason: str


WEIGHTS = (
    Weight("themes", 0.30, "What both are about is what a mapping says; a rare theme tells more than a common one."),
    Weight("words", 0.30, "Words and pairs of words that both use say the same where no theme is tagged."),
    Weight("neighbours", 0.15, "What is worded like an element already judged to belong there may belong there too."),
    Weight("wording", 0.10, "Titles alike as a whole catch what is carried over; short titles are alike by accident."),
    Weight("bodies", 0.10, "A body works in few fields; but a secretariat or a group of officials is in all."),
    Weight("countries", 0.03, "A country that leads one thing often leads what follows from it; it leads much else."),
    Weight("dates", 0.02, "Things of the same months may be one event; most plans of a period share all of them."),
)


def weights_of(*features: str) -> dict[str, float]:
    """Return the share of each named feature, of all without a name.

    >>> weights_of("words")
    {'words': 0.3}
    """
    return {one.feature: one.share for one in WEIGHTS if not features or one.feature in features}
