"""Replay of recorded matches: from the record only, as a check; or with new calls."""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

from agents.core.models import embedded
from agents.core.models.dialect import USUAL, Dialect
from agents.core.models.meter import Meter
from agents.core.models.model import Completion, Failure, Model, Models, ModelSpec, Request
from agents.core.models.weights import WEIGHED
from agents.core.types import Attempt
from arena.core.types import Match, Transcript
from arena.engine.interruption import in_own_loop
from arena.engine.options import RunOptions
from arena.engine.runner import run
from arena.engine.watcher import Watcher
from arena.engine.worker import Worker
from arena.record.compatibility import told_anyway
from arena.record.dialects import dialects
from arena.record.participants import by_match, seatings
from arena.record.run import Run
from arena.record.texts import changed_texts
from games import BadInput
from games.core.errors import unknown
from games.core.types import Action
from prompts import Form


def changed_since(run: Run) -> tuple[str, ...]:
    """Changes since a run: names of text files, rules, and the rules of telling about viewers."""
    rules = () if run.manifest.design_hash == run.tournament.hash else ("rules",)
    told = ("rules of who is told that others see",) if told_anyway(run.manifest) else ()
    return (*changed_texts(run.manifest), *rules, *told)


def replay(run: Run, only: Collection[str] | None = None) -> Iterator[str]:
    """Replay recorded matches from their recorded completions, without network.

    Args:
        run: the recorded run.
        only: ids of the matches; None for all that count.

    Yields:
        One line for each match with a different outcome.

    Raises:
        BadInput: the run has no texts, or has other rules or prompt texts.
    """
    if run.manifest.record != "full":
        raise BadInput(f"{run.folder} kept no texts (record = {run.manifest.record!r})")
    # A single hash of all texts is not informative: then each question is compared with the record.
    if (changed := changed_since(run)) and not isinstance(run.manifest.texts, str):
        raise BadInput(f"{run.folder} was played with other {', '.join(changed)}")
    worker = Worker(run.tournament, silent_models(run), Discarding())
    held = by_match(run)
    for key in run.ids():
        if only is not None and key not in only:
            continue
        kept = run.transcript(key, texts=True)
        recorded = run.recorded(kept.match)
        playing = worker.transcript(kept.match, recorded, held.get(kept.match.id, ()))
        try:
            came = in_own_loop(partial(asyncio.run, playing))
        except (Asked, ValueError) as error:
            yield f"match {key}: {error}"
            continue
        if came != kept:
            yield f"match {key}: {difference(kept, came)}"


def silent_models(run: Run) -> Models:
    """Models of a run that refuse calls, so that only what is on record is answered."""
    weighed = {model for (model,) in run.rows(_WEIGHED)}
    return _Nobody(dialects(run), weighed)


def retry(folder: Path, only: str, watcher: Watcher, how: RunOptions) -> tuple[int, str | None]:
    """Play closed matches again; their old records are kept as superseded.

    Matches are set aside only after the models have answered a test question.

    Args:
        folder: the run.
        only: void, a verdict, or the name of a model.
        watcher: receives the progress.
        how: options of the run.

    Returns:
        Number of matches set aside, and the reason if some were left open.

    Raises:
        BadInput: there is no such run, `only` is none of these, or other matches were chosen by the
            results of these.
    """
    record = Run(folder, robots=True)
    try:
        tournament = record.tournament
        chosen = list(_chosen(record, only))
    finally:
        record.close()
    if not chosen:
        watcher.noted("retry", f"no closed match is {only}: none is played again")
    return len(chosen), run(tournament, folder, watcher, how=how, again=chosen)


def _chosen(run: Run, only: str) -> Iterator[str]:
    """Ids of the matches to play again."""
    models = set(run.tournament.models)
    verdicts = {v for (v,) in run.rows("SELECT DISTINCT verdict FROM matches") if v is not None}
    if only not in {"void", *models, *verdicts}:
        raise unknown("choice of matches", only, ["void", *sorted(verdicts), *sorted(models)])
    for key in run.ids():
        transcript = run.transcript(key, texts=False)
        if seatings(run, key):
            raise BadInput(f"match {key} was played with people, who are not asked again")
        seated = [run.tournament.player(name) for name in transcript.match.seats]
        asked = {spec.model for player in seated for spec in player.model_specs()}
        if only in {transcript.ending.kind, transcript.ending.verdict, *asked}:
            if not run.non_adaptive(game := transcript.match.game):
                raise BadInput(
                    f"game {game!r} of {run.folder} is paired adaptively: other matches were "
                    f"chosen by the results of those that are {only!r}, which therefore stay"
                )
            yield key


_WEIGHED = f"""
SELECT DISTINCT model FROM attempts WHERE json_extract(weights, '$.how') = '{WEIGHED}'
"""  # noqa: S608 - our own word
"""Models that continued from the beginning of a reply."""


class Asked(Exception):
    """A question is missing from the record."""


class _Nobody:
    """Models without calls, for replay.

    Args:
        dialects: dialects of recorded models, if not the usual one.
        weighed: models whose options were weighed.
    """

    def __init__(self, dialects: Mapping[str, Dialect], weighed: Collection[str]) -> None:
        self._dialects, self._weighed = dialects, weighed

    async def reach(self, spec: ModelSpec) -> Model:
        """A model with the form of the recorded one."""
        form = Meter(spec, local=spec.model.startswith(embedded.PREFIX)).form
        form = form if self._dialects.get(spec.model, USUAL).schema else "text"
        return _Silent(form, continues=spec.model in self._weighed)


class _Silent:
    def __init__(self, form: Form, *, continues: bool) -> None:
        self.form, self.continues = form, continues

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:  # noqa: ARG002 - as asking
        """Refuse: no calls are made."""
        return await self.complete(request)

    async def complete(self, request: Request) -> Completion | Failure:
        """Refuse: no calls are made."""
        raise Asked(f"asks what is not on record: {request.messages[-1].content[:80]!r}")


class Discarding:
    """A recorder that discards."""

    def file(
        self, match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str
    ) -> None:
        """Discard: all attempts are on record already."""

    def finish(self, transcript: Transcript) -> None:
        """Discard: the transcript is compared instead."""


def difference(kept: Transcript, came: Transcript) -> str:
    """The first difference of two records of one match."""
    for part in ("deals", "ending", "payoffs"):
        if getattr(kept, part) != getattr(came, part):
            return f"{part} were {getattr(kept, part)} and are now {getattr(came, part)}"
    for number, (old, new) in enumerate(zip(kept.decisions, came.decisions, strict=False)):
        if old != new:
            return f"decision {number} was {old.decision.action!r}, is now {new.decision.action!r}"
    return f"{len(kept.decisions)} decisions are now {len(came.decisions)}"
