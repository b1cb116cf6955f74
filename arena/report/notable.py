"""Matches of a run that are worth reading: one that stands for each reason."""

from collections.abc import Iterator

from arena.record.run import Run

_FIRST = "SELECT id FROM counted WHERE id IN (SELECT match FROM attempts) ORDER BY place LIMIT 1"
_VOID = "SELECT id FROM counted WHERE ending = 'void' ORDER BY place LIMIT 1"
_FALSE = """
SELECT match FROM decisions JOIN counted ON id = match
WHERE shown IS NOT NULL AND shown != felt ORDER BY place, number LIMIT 1
"""
_ASKED_AGAIN = """
SELECT match FROM attempts JOIN counted ON id = match WHERE number > 0
GROUP BY match ORDER BY count(*) DESC, place LIMIT 1
"""
_QUERIES = {
    "The first match of a model": _FIRST,
    "A match that ended as void": _VOID,
    "An emotion is shown that was not reported as felt": _FALSE,
    "The match with most replies that had to be asked for again": _ASKED_AGAIN,
}


def notable(run: Run) -> Iterator[tuple[str, str]]:
    """Why a match is worth reading, and its id; each match once."""
    known: set[str] = set()
    for why, key in (*_queried(run), *_lopsided(run)):
        if key not in known:
            known.add(key)
            yield why, key


def _queried(run: Run) -> Iterator[tuple[str, str]]:
    for why, query in _QUERIES.items():
        for (key,) in run.rows(query):
            yield why, str(key)


def _lopsided(run: Run) -> Iterator[tuple[str, str]]:
    """For each game, the match with the largest difference in points."""
    seats = run.seats(elicited=True)
    for game, rows in seats.dropna(subset="payoff").groupby("game", sort=False):
        points = rows.groupby("match")["payoff"]
        yield f"Points furthest apart in {game}", str((points.max() - points.min()).idxmax())
