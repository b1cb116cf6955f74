"""Results of a run's matrix games, in the names of the Axelrod library."""

from collections.abc import Iterator
from typing import Any

from arena.core.types import Transcript
from arena.record.run import Run
from arena.record.selection import Selection
from arena.record.steps import actions, steps
from games import BadInput, Game
from games.core.matrix import Bimatrix
from games.core.repeated import stage_of
from games.core.types import Said
from ratings.core.play.matrix_results import MatrixResults, Play


def matrix_results(run: Run, game: str | None = None) -> MatrixResults:
    """Results of a matrix game of two actions.

    Args:
        run: the run.
        game: its id; the only such game of the run if not given.

    Raises:
        BadInput: there is no such game, it is no matrix game of two actions, or only outcomes were
            recorded.
    """
    key = _game(run, game)
    rules = run.game(key)
    run.require_sample()
    named = run.manifest.design["games"][key]["contestants"]
    return MatrixResults(list(named), list(_plays(run, key, rules)))


def _plays(run: Run, key: str, rules: Game[Any]) -> Iterator[Play]:
    for transcript in run.matches(Selection((key,))):
        one, two = transcript.match.seats
        if transcript.payoffs is None or one == two:
            continue
        first, second = map(float, transcript.payoffs)
        yield Play((one, two), tuple(_moves(transcript, rules)), (first, second))


def _moves(transcript: Transcript, rules: Game[Any]) -> Iterator[tuple[str, str]]:
    """Both moves of each round: C for a seat's first action, D for its second."""
    stage = stage_of(rules)
    assert isinstance(stage, Bimatrix)
    letters = [dict(zip(stage.options_of(seat), "CD", strict=True)) for seat in (0, 1)]
    for step in steps(transcript, rules):
        made = actions(step.made)
        if made and not any(isinstance(action, Said) for action in made.values()):
            yield letters[0][str(made[0])], letters[1][str(made[1])]


def _game(run: Run, game: str | None) -> str:
    """The id of the game that is asked about."""
    played = run.manifest.design["games"]
    if game is not None and game not in played:
        raise BadInput(f"{run.folder} has no game {game!r}: it has {', '.join(played)}")
    fitting = [key for key in ([game] if game else played) if _fits(run, key)]
    if not fitting:
        named = f"{game} is" if game else f"none of {', '.join(played)} is"
        raise BadInput(f"{named} a matrix game of two actions that was played")
    if len(fitting) > 1:
        raise BadInput(f"name one of the matrix games: {', '.join(fitting)}")
    return fitting[0]


def _fits(run: Run, key: str) -> bool:
    if run.elicited(key):
        return False
    stage = stage_of(run.game(key))
    return isinstance(stage, Bimatrix) and all(
        len(stage.options_of(seat)) == 2  # noqa: PLR2004 - C and D
        for seat in (0, 1)
    )
