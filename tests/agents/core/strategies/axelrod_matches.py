"""Plays matches in the Axelrod library, in a process of its own, and prints them as JSON.

The one argument is JSON: `turns`; `players`, Python expressions by name, with `axl` for the
library; `pairs` of names, played once each; `vectors`, names whose four probabilities are asked.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import axelrod as axl  # noqa: E402 - its import warns


def main() -> None:
    ask = json.loads(sys.argv[1])
    turns = ask["turns"]

    def player(name: str) -> axl.Player:
        return eval(ask["players"][name], {"axl": axl})  # noqa: S307 - the test's own expressions

    def play(pair: list[str], seed: int) -> str:
        match = axl.Match([player(name) for name in pair], turns=turns, seed=seed)
        return "".join(str(a) + str(b) for a, b in match.play())

    def vector(name: str) -> list[float]:
        """Probabilities of cooperation after CC, CD, DC, DD."""
        found = player(name)
        found.set_match_attributes()
        four = {(str(a), str(b)): float(p) for (a, b), p in found._four_vector.items()}
        return [four[a, b] for a in "CD" for b in "CD"]

    answer = {
        "matches": [play(pair, 1) for pair in ask["pairs"]],
        "vectors": {name: vector(name) for name in ask["vectors"]},
    }
    sys.stdout.write(json.dumps(answer))


main()
