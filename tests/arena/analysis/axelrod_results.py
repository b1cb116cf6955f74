"""What Axelrod makes of given matches; run as a process of its own, since its import is slow.

The argument is a JSON object of players (names), repetitions, and matches: indices of both players,
and the moves of each repetition such as [["C", "D"], ["C", "C"]].
"""

import json
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

warnings.simplefilter("ignore")

import axelrod as axl  # noqa: E402 - its import warns

NAMES = [
    "scores", "normalised_scores", "wins", "payoffs", "payoff_matrix", "payoff_stddevs",
    "score_diffs", "payoff_diffs_means", "match_lengths", "ranking", "ranked_names", "cooperation",
    "normalised_cooperation", "vengeful_cooperation", "cooperating_rating",
    "initial_cooperation_count", "initial_cooperation_rate", "good_partner_matrix",
    "good_partner_rating", "eigenjesus_rating", "eigenmoses_rating",
]  # fmt: skip


def main() -> None:
    asked = json.loads(sys.argv[1])
    players = [axl.MockPlayer() for _ in asked["players"]]
    tournament = axl.Tournament(players, repetitions=asked["repetitions"])
    done = {}
    for one, two, repetitions in asked["matches"]:
        plays = [
            [tuple(map(axl.Action.from_char, both)) for both in moves] for moves in repetitions
        ]
        done[one, two] = [[moves, tournament._calculate_results(moves)] for moves in plays]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plays.csv"
        tournament.filename = str(path)
        file, writer = tournament._get_file_objects()
        tournament._write_interactions_to_file(done, writer)
        file.close()
        found = axl.ResultSet(str(path), asked["players"], asked["repetitions"], progress_bar=False)
    told = {name: getattr(found, name) for name in NAMES}
    told["states"] = [
        [{f"{a}{b}": int(n) for (a, b), n in cell.items()} for cell in row]
        for row in found.state_distribution
    ]
    told["summary"] = [list(row) for row in found.summarise()]
    json.dump(told, sys.stdout, default=float)


if __name__ == "__main__":
    main()
