"""Weighing: the probabilities of all replies to a question, along the tree of their tokens.

At each node, all tokens are legal that begin the remaining text of some reply, so all tokenizations
of a reply count. The other tokens are masked, and the temperature is applied to the legal ones, as
in a sampler under a grammar. A node closes if one reply is left.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from agents.core.models.model import Failure
from agents.core.models.weights import WEIGHED, Weights, begun, tempered
from agents.core.responses.failures import Kind
from games.core.types import Action

S = TypeVar("S")

_LEAST = 1e-9
"""The replies behind a branch of less probability share it evenly."""


@dataclass(frozen=True, slots=True)
class Branch(Generic[S]):
    """One token that may come next.

    Args:
        state: where it leads.
        piece: its bytes.
        mass: its probability at temperature 1, masked or not.
    """

    state: S
    piece: bytes
    mass: float


@dataclass(frozen=True, slots=True)
class Node(Generic[S]):
    """The tokens that may follow at one node of the tree.

    Args:
        branches: tokens, the legal ones among them.
        coverage: mass of the legal tokens before masking; None where their masses are not masked.
        unseen: mass of tokens that are not among the branches, though they may be legal.
        passes: calls that it took.
    """

    branches: Sequence[Branch[S]]
    coverage: float | None = None
    unseen: float = 0.0
    passes: int = 1


Expand = Callable[[S, Mapping[Action, bytes]], Awaitable[Node[S] | Failure]]
"""Function that returns the node at a position, from the remaining text of each reply."""


@dataclass
class _Tally:
    """Sums over the nodes that were walked so far."""

    p: dict[Action, float] = field(default_factory=dict)
    coverage: float = 1.0
    missing: float = 0.0
    passes: int = 0

    def add(self, actions: Mapping[Action, bytes], weight: float) -> None:
        for action in actions:
            self.p[action] = self.p.get(action, 0.0) + weight / len(actions)


def sampled_at(temperature: float | None) -> dict[str, Any]:
    """The recorded settings of a weighing: its temperature alone; see `on_record`."""
    settings = {"temperature": 1.0 if temperature is None else temperature}
    return {"sent": settings, "applied": settings}


async def walk(
    start: S, left: Mapping[Action, bytes], frame: str, temperature: float, expand: Expand[S]
) -> Weights | Failure:
    """Weigh all options.

    Args:
        start: where they begin to differ.
        left: remaining text of each reply; no text is a prefix of another.
        frame: the text before.
        temperature: of the model.
        expand: returns the possible continuations.

    Returns:
        The weights; or why there are none, if a call failed or no list holds a legal token.
    """
    tally, open_ = _Tally(), [(start, dict(left), 1.0)]
    while open_:
        state, here, weight = open_.pop()
        if len(here) == 1 or weight < _LEAST:
            tally.add(here, weight)
            continue
        node = await expand(state, here)
        if isinstance(node, Failure):
            return node
        legal = [(each, rest) for each in node.branches if (rest := begun(here, each.piece))]
        tally.passes += node.passes
        tally.missing += weight * (node.unseen if legal else 1.0)
        if state is start:
            legal_mass = sum(each.mass for each, _ in legal)
            tally.coverage = legal_mass if node.coverage is None else node.coverage
        if any(each.mass for each, _ in legal):
            shares = tempered([each.mass for each, _ in legal], temperature)
            open_ += [(e.state, r, weight * s) for (e, r), s in zip(legal, shares, strict=True)]
    total = sum(tally.p.values())
    if not total:
        return Failure(_NONE, kind=Kind.UNTOLD)
    p = {action: tally.p[action] / total for action in left if action in tally.p}
    return Weights(p, tally.coverage, min(1.0, tally.missing), frame, WEIGHED, tally.passes)


_NONE = (
    "no option is among the likeliest tokens that the provider lists behind the beginning of the "
    'answer: it may not go on from there (decide_by = "sampling" needs neither)'
)
