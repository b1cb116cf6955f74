"""How Hypothesis draws seeds of plays."""

from hypothesis import Phase, settings

DRAWN = settings(phases=set(Phase) - {Phase.shrink, Phase.explain})
"""For tests that take seeds: a smaller seed makes no simpler play."""
