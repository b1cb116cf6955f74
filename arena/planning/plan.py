"""Resources of a tournament before its first call: matches, decisions, calls, tokens, cost, time.

Matches are played with stand-ins for models, so prompts and their tokens are real. Scripted players
play as in the run. An interval covers the range over the matches played here. Its lower end has the
shortest possible replies without re-asks. Its upper end has the longest allowed replies with all
re-asks. It is a bound given such play, not a confidence interval.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import truediv
from random import Random
from statistics import fmean

from agents.core.models.model import ModelSpec
from agents.core.models.price import FREE, MILLION, Price
from agents.core.spec import Scripted
from arena.core.types import PASSIVE, Match, seed_of
from arena.design.matches import lopsided, planned, schedule, table
from arena.design.schedules import Adaptive
from arena.design.tournament import Tournament
from arena.engine.batching import require_batches
from arena.engine.interruption import in_own_loop
from arena.engine.match import play
from arena.planning.display_warnings import display_warnings
from arena.planning.share import Range, Share, anybody
from arena.planning.stand_ins import Meters, Seat
from arena.planning.wall_time import calls, wall_time, waves
from games.core.repeated import Repeated
from prompts import Form

SETTLED = 2_000
"""Largest number of matches between scripted players that are played here."""
SAMPLE = 2, 6
"""Least and largest number of sampled matches of a contestant in one seat of one game."""
SAMPLED = 6_000
"""Number of sampled seats that a plan aims at, so that designs of many arms have fewer of each."""
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
        contestants: what falls to each.
        models: the models of each contestant that has any.
        order: drawn or fixed: that in which things are offered; empty if nobody is told anything.
        warnings: what its emotion modes cannot do, and vectors that have not been made.
        lopsided: games with an odd number of blocks, in which one direction comes once more.
        forms: how each of these is asked for its answers, json or text: as the design states it, or
            as LiteLLM's table has it. A server that refuses JSON is found out before play.
        total: all of it; matches are counted once.
        unpriced: models whose price is unknown.
        retold: games in which a model's prompts tell all earlier rounds again, so that tokens grow
            with the square of the number of rounds.
        thinkers: models known to reason before they answer.
        seconds: wall time.
        per_call: assumed duration of one call, in seconds.
        reasked: assumed share of decisions that are asked for again.
        batched: models that are asked in batches; their cost is that, and takes no wall time here.
        waves: batches that follow one another; None if there are none.
    """

    name: str
    design_hash: str
    matches: dict[str, int]
    schedules: dict[str, str]
    contestants: dict[str, Share]
    models: dict[str, tuple[str, ...]]
    order: str
    lopsided: tuple[str, ...]
    warnings: tuple[str, ...]
    forms: dict[str, Form]
    total: Share
    unpriced: tuple[str, ...]
    retold: tuple[str, ...]
    thinkers: tuple[str, ...]
    seconds: Range
    per_call: Range
    reasked: float
    batched: tuple[str, ...] = ()
    waves: Range | None = None


def plan(
    tournament: Tournament,
    seconds: float | None = None,
    reasked: float = REASKED,
    *,
    batch: bool = False,
) -> Plan:
    """Resources of a tournament, computed without calls to models.

    Args:
        tournament: the design.
        seconds: duration of one call; None assumes `SECONDS`.
        reasked: share of decisions that are asked for again.
        batch: whether models are asked in the batches of their providers, where these have any.

    Raises:
        BadInput: no provider of a model has batches.
    """
    batched = require_batches(tournament) if batch else frozenset()
    per_call = Range(*(SECONDS if seconds is None else (seconds,) * 3))
    return _plan(tournament, _Reckoner(tournament, reasked, batched), per_call)


def _plan(tournament: Tournament, reckoner: "_Reckoner", per_call: Range) -> Plan:
    """The plan from a reckoner's figures."""
    batched = reckoner.batched
    shares = {name: reckoner.share(name) for name in reckoner.names}
    specs = {name: tournament.contestants[name][1].model_specs() for name in shares}
    needs = {name: own for name, own in specs.items() if own}
    models = {name: _those(need.model for need in own) for name, own in needs.items()}
    games = {
        key: tournament.schedules[key].planned(table(tournament, key)) for key in tournament.games
    }
    every = planned(tournament)
    return Plan(
        name=tournament.name,
        design_hash=tournament.hash,
        matches=games,
        schedules={key: kind.content()["kind"] for key, kind in tournament.schedules.items()},
        contestants=shares,
        models=models,
        order=tournament.order if tournament.speaks else "",
        lopsided=lopsided(tournament),
        warnings=(*display_warnings(tournament, reckoner.matches), *unmade(tournament)),
        forms={name: reckoner.meters.of(own[0]).form for name, own in needs.items()},
        total=replace(reckoner.total(), matches=Range(every, every, every)),
        unpriced=_those(n.model for own in needs.values() for n in own if reckoner.unpriced(n)),
        retold=tuple(_retold(tournament)),
        thinkers=_those(
            n.model for own in needs.values() for n in own if reckoner.meters.of(n).reasons
        ),
        seconds=wall_time(tournament, reckoner.models(), reckoner.longest, per_call, batched),
        per_call=per_call,
        reasked=reckoner.reasked,
        batched=tuple(sorted(batched)),
        waves=reckoner.waves if batched else None,
    )


def unmade(tournament: Tournament) -> Iterator[str]:
    """Vectors without which the design is not played."""
    for each in tournament.missing_vectors:
        yield f"{each}; until then it is not played, and its hash is not final"


def per_decision(tournament: Tournament) -> dict[str, dict[str, Share]]:
    """Resources of one decision by game and contestant, for contestants with a model.

    The resources include the re-asks and checks of a decision.
    """
    asked = {n for n, (_, s) in tournament.contestants.items() if s.model_specs()}
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
        cached=over(share.cached),
        saved=over(share.saved),
    )


class _Reckoner:
    """Plays a sample of matches and extrapolates from it."""

    def __init__(
        self, tournament: Tournament, reasked: float, batched: Collection[str] = ()
    ) -> None:
        self._tournament, self.reasked, self.batched = tournament, reasked, batched
        self.meters = Meters()
        self.matches = schedule(tournament)
        self._places: defaultdict[Place, list[Match]] = defaultdict(list)
        for match in self.matches:
            for seat, name in enumerate(match.seats):
                if name != PASSIVE:
                    self._places[match.game, seat, name].append(match)
        self._seats = in_own_loop(lambda: asyncio.run(self._play(self._sample())))
        listed = {name for e in tournament.entries.values() for name in e.contestants or ()}
        self.names = [name for name in tournament.contestants if name in listed]
        self.longest = max(map(calls, self._seats.values()), default=0)
        self.waves = waves(self._seats.values())

    def share(self, name: str, game: str | None = None) -> Share:
        """Resources of one contestant, in one game or in all."""
        share = Share()
        for place in self._places:
            if place[2] == name and game in (None, place[0]):
                share = share.plus(self._place(place, self._count(place)))
        if any(map(self.unpriced, self._tournament.contestants[name][1].model_specs())):
            return replace(share, cost=None)
        return share

    def unpriced(self, need: ModelSpec) -> bool:
        """Whether the price of a model is unknown."""
        return self._price(need) is None

    def models(self) -> dict[str, Share]:
        """Calls and tokens of each model; where results decide who plays, those of all who may."""
        shares: dict[str, Share] = {}
        for place in self._places:
            for model, share in self._by_model(place, self._count(place)).items():
                shares[model] = shares.get(model, Share()).plus(share)
        return shares

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
        """What falls to a contestant in so many matches in one seat of one game."""
        played, known, rest = self._sampled(place, count)
        decisions = _figure(
            [each.decisions for each in played], [each.decisions for each in known], rest
        )
        shares = self._by_model(place, count).values()
        return reduce(Share.plus, shares, Share(count, decisions))

    def _sampled(self, place: Place, count: Range) -> tuple[list[Seat], list[Seat], Range]:
        """The seat in the matches of the sample, in those known to come out so, and the others."""
        key, seat, _ = place
        matches = [match for match in self._places[place] if match.id in self._seats]
        played = [self._seats[match.id][seat] for match in matches]
        known = [self._seats[match.id][seat] for match in matches if self._settled(match)]
        if isinstance(self._tournament.schedules[key], Adaptive):
            known = []
        return played, known, Range(*(number - len(known) for number in count))

    def _by_model(self, place: Place, count: Range) -> dict[str, Share]:
        """Calls, tokens and cost of each model of a contestant in so many matches in one seat."""
        played, known, rest = self._sampled(place, count)
        spec = self._tournament.contestants[place[2]][1]
        shares = {}
        for need in {need.model: need for need in spec.model_specs()}.values():
            figures = {
                what: _figure(
                    [getattr(seat.uses[need.model], what) for seat in played],
                    [getattr(seat.uses[need.model], what) for seat in known],
                    rest,
                )
                for what in ("calls", "prompt", "cached", "least", "reply", "cap")
            }
            shares[need.model] = self._priced(need, getattr(spec, "reasks", 0), **figures)
        return shares

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
        need: ModelSpec,
        reasks: int,
        calls: Range,
        prompt: Range,
        cached: Range,
        least: Range,
        reply: Range,
        cap: Range,
    ) -> Share:
        """Re-asks, the length of replies and the price on top of what was counted."""
        once = 1 + min(reasks, 1) * self.reasked
        likely = cap.expected / 2 if self.meters.of(need).reasons else reply.expected
        again = reasks * (reasks + 1) / 2  # the n-th re-ask repeats n replies and n reasons
        prompts = Range(
            prompt.low,
            prompt.expected * once,
            prompt.high * (1 + reasks) + again * (cap.high + _REASON * calls.high),
        )
        completions = Range(least.low, likely * once, cap.high * (1 + reasks))
        asked = Range(calls.low, calls.expected * once, calls.high * (1 + reasks))
        price = self._price(need) or FREE
        cost = Range(*map(price.of, prompts, completions))
        kept = Range(cached.low, cached.expected * once, cached.high * (1 + reasks))
        saved = kept.times(self._discount(need))
        return Share(
            calls=asked, prompt=prompts, completion=completions, cost=cost, cached=kept, saved=saved
        )

    def _price(self, need: ModelSpec) -> Price | None:
        """As the file states it, or as LiteLLM's table has it."""
        price = self._tournament.prices.get(need.model) or self.meters.of(need).price
        return price.batched() if price and need.model in self.batched else price

    def _discount(self, need: ModelSpec) -> float:
        """US dollars by which a token from the cache is cheaper; 0 where that is not known."""
        price, cached = self.meters.of(need).price, self.meters.of(need).cached_price
        if need.model in self._tournament.prices or price is None or cached is None:
            return 0.0
        return (price.prompt - cached) / MILLION

    def _settled(self, match: Match) -> bool:
        """Whether a match has the same outcome here as in the run."""
        names = set(match.seats) - {PASSIVE}
        return all(isinstance(self._tournament.contestants[n][1], Scripted) for n in names)

    def _sample(self) -> list[Match]:
        """A sample in the order of ids, which is as good as random."""
        seen: defaultdict[Place, int] = defaultdict(int)
        least, most = SAMPLE
        enough = max(least, min(most, SAMPLED // len(self._places)))
        settled, sample = 0, []
        for match in sorted(self.matches, key=lambda match: match.id):
            places = [
                (match.game, seat, name) for seat, name in enumerate(match.seats) if name != PASSIVE
            ]
            plain = settled < SETTLED and self._settled(match)
            if plain or any(seen[place] < enough for place in places):
                settled += plain
                sample.append(match)
                for place in places:
                    seen[place] += 1
        return sample

    async def _play(self, matches: Sequence[Match]) -> dict[str, list[Seat]]:
        seated = {}
        for match in matches:
            seats = [
                Seat(spec, self.meters, Random(seed_of("stand-in", match.id, seat)), match.wording)
                for seat, spec in enumerate(self._tournament.seated(match))
            ]
            await play(match, self._tournament.rules(match), seats)
            seated[match.id] = seats
        return seated


def _figure(played: Sequence[int], known: Sequence[int], rest: Range) -> Range:
    """The known counts, plus the least, mean and largest observed count for each other match."""
    seen = (min(played), fmean(played), max(played)) if played else (0, 0, 0)
    return Range(*(sum(known) + left * each for left, each in zip(rest, seen, strict=True)))


def _retold(tournament: Tournament) -> Iterator[str]:
    """Games of more than one round with a contestant whose model is told all rounds again."""
    for key, game in tournament.games.items():
        specs = [tournament.player(name) for name in tournament.entries[key].contestants or ()]
        if isinstance(game, Repeated) and game.rounds != 1:
            voices = [voice for spec in specs if spec.model_specs() for voice in spec.voices]
            if any(voice.history is None for voice in voices):
                yield key


def _those(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
