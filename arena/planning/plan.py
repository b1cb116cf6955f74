"""Resources of a tournament before its first call: matches, decisions, calls, tokens, cost, time.

Matches are played with stand-ins for models, so prompts and their tokens are real. Scripted players
play as in the run. An interval covers the range over the matches played here. Its lower end has the
shortest possible replies without re-asks. Its upper end has the longest allowed replies with all
re-asks. It is a bound given such play, not a confidence interval.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import truediv
from random import Random
from statistics import fmean

from agents import AgentSpec
from agents.core.models.price import FREE, Price
from agents.core.spec import Scripted
from arena.core.types import PASSIVE, Match, seed_of
from arena.design.matches import lopsided, planned, schedule, table
from arena.design.schedules import Adaptive
from arena.design.tournament import Tournament
from arena.engine.interruption import in_own_loop
from arena.engine.match import play
from arena.planning.display_warnings import display_warnings
from arena.planning.share import NOTHING, Range, Share
from arena.planning.stand_ins import Meters, Seat, Use
from prompts import Form

SETTLED = 2_000
"""Largest number of matches between scripted players that are played here."""
SAMPLE = 6
"""Number of sampled matches per game, seat and contestant, if not all are played."""
REASKED = 0.1
"""Expected share of decisions that are asked for again."""
SECONDS = (1.0, 3.0, 10.0)
"""Duration of one call: least, expected, most."""

_REASON = 100
"""Upper bound on the tokens of the reason in a re-ask."""


Place = tuple[str, int, str]
"""A game, a seat in it, and a contestant."""


@dataclass(frozen=True)
class Plan:
    """Resources of a tournament.

    Args:
        name: name of the tournament.
        design_hash: hash of its design; runs carry the same.
        matches: number of matches per game.
        schedules: kind of schedule per game.
        contestants: resources of each contestant.
        models: the model of each contestant that has one.
        order: drawn or fixed: order of the options; empty if no contestant gets prompts.
        warnings: warnings of emotion modes without effect.
        lopsided: games with an odd number of blocks, in which one direction occurs once more.
        forms: form of each model's answers, json or text, by the design or by LiteLLM's table.
            Refusals of JSON by a server are found out before play.
        total: total resources; matches are counted once.
        unpriced: models with an unknown price.
        thinkers: models known to reason before they answer.
        seconds: wall time.
        per_call: assumed duration of one call, in seconds.
        reasked: assumed share of decisions that are asked for again.
    """

    name: str
    design_hash: str
    matches: dict[str, int]
    schedules: dict[str, str]
    contestants: dict[str, Share]
    models: dict[str, str]
    order: str
    lopsided: tuple[str, ...]
    warnings: tuple[str, ...]
    forms: dict[str, Form]
    total: Share
    unpriced: tuple[str, ...]
    thinkers: tuple[str, ...]
    seconds: Range
    per_call: Range
    reasked: float


def plan(tournament: Tournament, seconds: float | None = None, reasked: float = REASKED) -> Plan:
    """Resources of a tournament, computed without calls to models.

    Args:
        tournament: the design.
        seconds: duration of one call; None assumes `SECONDS`.
        reasked: share of decisions that are asked for again.
    """
    reckoner = _Reckoner(tournament, reasked)
    shares = {name: reckoner.share(name) for name in reckoner.names}
    needs = {
        name: need
        for name in shares
        if (need := tournament.contestants[name][1].model_spec()) is not None
    }
    models = {name: need.model for name, need in needs.items()}
    games = {
        key: tournament.schedules[key].planned(table(tournament, key)) for key in tournament.games
    }
    every = planned(tournament)
    per_call = Range(*(SECONDS if seconds is None else (seconds,) * 3))
    return Plan(
        name=tournament.name,
        design_hash=tournament.hash,
        matches=games,
        schedules={key: kind.content()["kind"] for key, kind in tournament.schedules.items()},
        contestants=shares,
        models=models,
        order=tournament.order if tournament.speaks else "",
        lopsided=lopsided(tournament),
        warnings=tuple(display_warnings(tournament, reckoner.matches)),
        forms={name: reckoner.meters.of(need).form for name, need in needs.items()},
        total=replace(reckoner.total(), matches=Range(every, every, every)),
        unpriced=_those(models[name] for name in models if shares[name].cost is None),
        thinkers=_those(n.model for n in needs.values() if reckoner.meters.of(n).reasons),
        seconds=_wall_time(tournament, shares, models, reckoner.longest, per_call),
        per_call=per_call,
        reasked=reasked,
    )


def per_decision(tournament: Tournament) -> dict[str, dict[str, Share]]:
    """Resources of one decision by game and contestant, for contestants with a model.

    The resources include the re-asks and checks of a decision.
    """
    asked = {n for n, (_, s) in tournament.contestants.items() if s.model_spec() is not None}
    if not asked:
        return {key: {} for key in tournament.games}
    reckoner = _Reckoner(tournament, REASKED)
    return {
        key: {
            name: _each(share)
            for name in entry.contestants or ()
            if name in asked and all((share := reckoner.share(name, key)).decisions)
        }
        for key, entry in tournament.entries.items()
    }


def _each(share: Share) -> Share:
    """Resources of one of a share's decisions."""

    def over(figure: Range) -> Range:
        return Range(*map(truediv, figure, share.decisions))

    return Share(
        decisions=Range(1, 1, 1),
        calls=over(share.calls),
        prompt=over(share.prompt),
        completion=over(share.completion),
        cost=share.cost and over(share.cost),
    )


class _Reckoner:
    """Plays a sample of matches and extrapolates from it."""

    def __init__(self, tournament: Tournament, reasked: float) -> None:
        self._tournament, self._reasked = tournament, reasked
        self.meters = Meters()
        self.matches = schedule(tournament)
        self._places: defaultdict[Place, list[Match]] = defaultdict(list)
        for match in self.matches:
            for seat, name in enumerate(match.seats):
                if name != PASSIVE:
                    self._places[match.game, seat, name].append(match)
        self._uses = in_own_loop(lambda: asyncio.run(self._play(self._sample())))
        listed = {name for e in tournament.entries.values() for name in e.contestants or ()}
        self.names = [name for name in tournament.contestants if name in listed]
        self.longest = max((sum(u.calls for u in uses) for uses in self._uses.values()), default=0)

    def share(self, name: str, game: str | None = None) -> Share:
        """Resources of one contestant, in one game or in all."""
        share = Share()
        for place in self._places:
            if place[2] == name and game in (None, place[0]):
                share = share.plus(self._place(place, self._count(place)))
        spec = self._tournament.contestants[name][1]
        if spec.model_spec() is not None and self._price(spec) is None:
            return replace(share, cost=None)
        return share

    def total(self) -> Share:
        """Totals over contestants. Adaptive schedules count each seat once, whoever fills it."""
        total, open_seats = Share(), defaultdict[tuple[str, int], list[Share]](list)
        for place in self._places:
            key, seat, _ = place
            kind = self._tournament.schedules[key]
            if isinstance(kind, Adaptive):
                whole = Range(kind.budget, kind.budget, kind.budget)
                open_seats[key, seat].append(self._place(place, whole))
            else:
                total = total.plus(self._place(place, self._count(place)))
        return reduce(Share.plus, map(anybody, open_seats.values()), total)

    def _place(self, place: Place, count: Range) -> Share:
        """Resources of a contestant in a number of matches in one seat of one game."""
        key, seat, name = place
        matches = [match for match in self._places[place] if match.id in self._uses]
        played = [self._uses[match.id][seat] for match in matches]
        known = [self._uses[match.id][seat] for match in matches if self._settled(match)]
        if isinstance(self._tournament.schedules[key], Adaptive):
            known = []
        rest = Range(*(number - len(known) for number in count))
        figures = {
            what: _figure(
                [getattr(use, what) for use in played], [getattr(use, what) for use in known], rest
            )
            for what in ("decisions", "calls", "prompt", "least", "reply", "cap")
        }
        return self._priced(self._tournament.contestants[name][1], count, **figures)

    def _count(self, place: Place) -> Range:
        """Matches in one seat; an equal share is expected in adaptive schedules."""
        key, matches = place[0], len(self._places[place])
        kind = self._tournament.schedules[key]
        if not isinstance(kind, Adaptive):
            return Range(matches, matches, matches)
        names = self._tournament.entries[key].contestants or ()
        return Range(matches, max(matches, kind.budget / len(names)), kind.budget / 2)

    def _priced(
        self,
        spec: AgentSpec,
        count: Range,
        decisions: Range,
        calls: Range,
        prompt: Range,
        least: Range,
        reply: Range,
        cap: Range,
    ) -> Share:
        """Adds re-asks, the length of replies and the price to the counts."""
        need = spec.model_spec()
        if need is None:
            return Share(count, decisions)
        reasks = getattr(spec, "reasks", 0)
        once = 1 + min(reasks, 1) * self._reasked
        likely = cap.expected / 2 if self.meters.of(need).reasons else reply.expected
        again = reasks * (reasks + 1) / 2  # the n-th re-ask repeats n replies and n reasons
        prompts = Range(
            prompt.low,
            prompt.expected * once,
            prompt.high * (1 + reasks) + again * (cap.high + _REASON * calls.high),
        )
        completions = Range(least.low, likely * once, cap.high * (1 + reasks))
        asked = Range(calls.low, calls.expected * once, calls.high * (1 + reasks))
        price = self._price(spec) or FREE
        cost = Range(*map(price.of, prompts, completions))
        return Share(count, decisions, asked, prompts, completions, cost)

    def _price(self, spec: AgentSpec) -> Price | None:
        """The price in the file, or in LiteLLM's table."""
        need = spec.model_spec()
        assert need is not None
        return self._tournament.prices.get(need.model) or self.meters.of(need).price

    def _settled(self, match: Match) -> bool:
        """Whether a match has the same outcome here as in the run."""
        names = set(match.seats) - {PASSIVE}
        return all(isinstance(self._tournament.contestants[n][1], Scripted) for n in names)

    def _sample(self) -> list[Match]:
        """A sample in the order of ids, which is as good as random."""
        seen: defaultdict[Place, int] = defaultdict(int)
        settled, sample = 0, []
        for match in sorted(self.matches, key=lambda match: match.id):
            places = [
                (match.game, seat, name) for seat, name in enumerate(match.seats) if name != PASSIVE
            ]
            plain = settled < SETTLED and self._settled(match)
            if plain or any(seen[place] < SAMPLE for place in places):
                settled += plain
                sample.append(match)
                for place in places:
                    seen[place] += 1
        return sample

    async def _play(self, matches: Sequence[Match]) -> dict[str, list[Use]]:
        uses = {}
        for match in matches:
            seats = [
                Seat(spec, self.meters, Random(seed_of("stand-in", match.id, seat)), match.wording)
                for seat, spec in enumerate(self._tournament.seated(match))
            ]
            await play(match, self._tournament.rules(match), seats)
            uses[match.id] = [seat.use for seat in seats]
        return uses


def _figure(played: Sequence[int], known: Sequence[int], rest: Range) -> Range:
    """The known counts, plus the least, mean and largest observed count for each other match."""
    seen = (min(played), fmean(played), max(played)) if played else (0, 0, 0)
    return Range(*(sum(known) + left * each for left, each in zip(rest, seen, strict=True)))


def anybody(shares: Sequence[Share]) -> Share:
    """Resources of an unspecified one of these contestants; unknown costs are left out."""

    def either(figures: list[Range]) -> Range:
        low, expected, high = zip(*figures, strict=True)
        return Range(min(low), fmean(expected), max(high))

    return Share(
        either([share.matches for share in shares]),
        either([share.decisions for share in shares]),
        either([share.calls for share in shares]),
        either([share.prompt for share in shares]),
        either([share.completion for share in shares]),
        either([share.cost for share in shares if share.cost is not None] or [NOTHING]),
    )


def _wall_time(
    tournament: Tournament,
    shares: dict[str, Share],
    models: dict[str, str],
    longest: int,
    per_call: Range,
) -> Range:
    """Wall time in seconds. Models are called in parallel, each as fast as its limits allow."""
    needed = [longest * each for each in per_call]
    for model in _those(models.values()):
        mine = [shares[name] for name in models if models[name] == model]
        limits = tournament.limits.get(model)
        wide = (limits and limits.concurrency) or tournament.concurrency
        for at, each in enumerate(per_call):
            calls = sum(share.calls[at] for share in mine)
            tokens = sum(share.prompt[at] + share.completion[at] for share in mine)
            bounds = [calls * each / wide]
            if limits and limits.requests_per_minute:
                bounds.append(60 * calls / limits.requests_per_minute)
            if limits and limits.tokens_per_minute:
                bounds.append(60 * tokens / limits.tokens_per_minute)
            needed[at] = max(needed[at], *bounds)
    return Range(*needed)


def _those(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
