"""Emotions felt and shown along a match."""

import pandas as pd

from arena.core.types import Transcript


def feelings(transcript: Transcript) -> pd.DataFrame:
    """Felt and shown emotions along a match.

    Returns:
        Columns step (from 1), seat, contestant, kind (felt or shown), emotion, intensity (0 to
        100), action; one row per emotion reported or shown.
    """
    rows = []
    for step, played in enumerate(transcript.decisions, start=1):
        affect = played.decision.affect
        if affect is None:
            continue
        for kind, emotion in (("felt", affect.felt), ("shown", affect.shown)):
            if emotion is not None:
                row = [step, played.player, transcript.match.seats[played.player], kind, emotion]
                rows.append([*row, affect.intensity, str(played.decision.action)])
    names = ["step", "seat", "contestant", "kind", "emotion", "intensity", "action"]
    return pd.DataFrame(rows, columns=names)
