"""Paths of recorded matches through the game tree, and contestants with known policies."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import agents
from agents.core.spec import Scripted
from arena.core.types import Transcript
from arena.record.steps import steps
from games import BadInput, Game
from games.core.dealt import Private
from games.core.tree import Tree, build
from ratings.core.play.control_variates import chosen
from ratings.core.tables import Plays

if TYPE_CHECKING:
    from arena.record.run import Run

Matches = dict[str, tuple[int, tuple[str, ...]]]


def plays(runs: Sequence["Run"], game: str, rules: Game[Any]) -> Plays:
    """The completed matches of a game, and the policies of its scripted contestants.

    Args:
        runs: runs with the game; a match is named by the number of its run, a colon and its id.
        game: id of the game.
        rules: rules of the game.
    """
    if not isinstance(rules, Private):
        return Plays(why_not=f"{rules.name} is no game of private deals and open play, once")
    try:
        tree = build(rules)
    except BadInput as error:
        return Plays(why_not=str(error))
    matches = {
        f"{number}:{transcript.match.id}": (_end(tree, transcript), transcript.match.seats)
        for number, run in enumerate(runs)
        for transcript in run.matches()
        if transcript.match.game == game and transcript.payoffs is not None
    }
    return Plays(tree, "", _policies(runs, tree, matches), matches)


def _policies(runs: Iterable["Run"], tree: Tree, matches: Matches) -> dict[str, Any]:
    """Policy tables by contestant, without tables that rule out an action their owner took."""
    policies = {}
    for run in runs:
        for name, content in run.manifest.design["contestants"].items():
            params = dict(content)
            kind = params.pop("agent")
            if issubclass(agents.kind(kind), Scripted) and _sat(name, matches):
                spec = agents.load(kind, params)
                assert isinstance(spec, Scripted)
                policy = spec.policy_in(tree)
                if policy is not None:
                    policies[name] = tree.array(policy)
    return {
        name: p for name, p in policies.items() if not (_counts(tree, name, matches)[p == 0]).any()
    }


def _sat(name: str, matches: Matches) -> bool:
    return any(name in seats for _, seats in matches.values())


def _counts(tree: Tree, name: str, matches: Matches) -> Any:  # noqa: ANN401 - loads numpy
    """Number of times that a contestant made each choice."""
    counts = np.zeros(tree.choices, np.int64)
    for player in range(tree.players):
        ends = [end for end, seats in matches.values() if seats[player] == name]
        counts += chosen(tree, player, np.array(ends, np.int64))
    return counts


def _end(tree: Tree, transcript: Transcript) -> int:
    """Index of the end of a match."""
    node = 0
    for step in steps(transcript, tree.game):
        if step.deal is not None:
            at = list(tree.game.chance(step.state)).index(step.deal)
        elif step.opening:
            continue
        else:
            (played,) = step.made
            options = tree.actions[tree.set_of[node]]
            at = options.index(played.decision.action)
        node = int(tree.first_child[node]) + at
    return int(np.searchsorted(tree.ends, node))
