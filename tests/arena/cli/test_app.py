import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.arena.designs import KUHN, arena, design, fresh_arena, toml
from tests.arena.forks import Forks

HEAVY = ("litellm", "numpy", "pandas", "ray", "streamlit", "xllamacpp")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the small design; the design is beside it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.toml").write_text(toml(design()))
    done = arena("run", "small.toml", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize(
    "command",
    [
        *([], ["run"], ["rate"], ["deception"], ["check"], ["show"], ["list"], ["prompt"]),
        *(["solve"], ["plan"], ["power"], ["pilot"], ["schema"]),
    ],
)
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('HEAVY', [m for m in {HEAVY} if m in sys.modules]))\n"
        f"sys.argv = ['arena', *{command}, '--help']\n"
        "from arena.__main__ import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: arena" in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_a_run_is_recorded_under_runs_by_its_name(small: Path) -> None:
    assert (small / "runs" / "small" / "run.sqlite").is_file()


def test_a_finished_run_is_not_played_again(small: Path) -> None:
    done = arena("run", "small.toml", cwd=small)
    assert done.returncode == 0
    assert "36 matches, 36 on record" in done.stderr


def test_limit_plays_so_many_and_the_same_command_goes_on(small: Path) -> None:
    command = ("run", "small.toml", "--out", "limited")
    assert arena(*command, "--limit", 5, cwd=small).returncode == 0
    assert "36 matches, 5 on record" in arena(*command, "--limit", 1, cwd=small).stderr
    assert "36 matches, 6 on record" in arena(*command, cwd=small).stderr
    assert len(arena("show", "limited", cwd=small).stdout.splitlines()) == 1 + 36


def test_rate_prints_the_rules_behind_its_figures(small: Path) -> None:
    out = " ".join(arena("rate", "runs/small", cwd=small).stdout.split())
    for words in (
        "36 of 36 matches, 0 void",
        "Overall",
        "18 matches, 9 comparisons, 3 cluster(s). Void matches: drop.",
        "only 3 clusters",
        "Rating: Bradley-Terry with ties (Davidson), ridge 0.01",
        "1,000 rounds (seed 0)",
        "Elo: initial 1500, K = 16",
        "200 random orders",
        "Compared head to head",
        "Compared duplicate",
        "equilibrium",
        "tit for tat",
    ):
        assert words in out


def test_rate_json_is_one_document_with_the_same_figures(small: Path) -> None:
    document = json.loads(arena("rate", "runs/small", "--json", cwd=small).stdout)
    assert document["matches"] == {"planned": 36, "completed": 36}
    overall = {row["contestant"]: row["games"] for row in document["overall"]}
    assert overall == {"uniform": 2, "bold": 2, "equilibrium": 1, "tit for tat": 1}
    poker = document["games"]["kuhn_poker"]
    assert poker["rule"].startswith("head to head")
    assert [row["matches"] for row in poker["contestants"]] == [12, 12, 12]
    assert sum(row["mean_payoff"] for row in poker["contestants"]) == pytest.approx(0)


def test_deception_says_what_it_measures_with_counts_and_intervals(small: Path) -> None:
    done = arena("deception", "runs/small", "--game", "kuhn_poker", cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    out = " ".join(done.stdout.split())
    for words in (
        "How often a bluff is believed",
        "bluffs believed honest interval n blocks",
        "bold kuhn_poker",
        "Nothing of the kind in this run.",
        "The formulas are in docs/deception.md.",
    ):
        assert words in out
    document = json.loads(arena("deception", "runs/small", "--json", cwd=small).stdout)
    (bold,) = (row for row in document["bluffs"] if row["contestant"] == "bold")
    assert bold["game"] == "kuhn_poker"
    assert 0 < bold["bluffs"] < bold["n"]
    assert (document["mismatches"], document["leaks"], document["effects"]) == ([], [], [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["deception", "runs/small", "--game", "kuhn"], "unknown game of the run 'kuhn'"),
        (["check", "runs/small"], "was asked how it feels: self_report = true asks it"),
    ],
)
def test_what_a_run_does_not_hold_is_said_in_one_line(
    small: Path, arguments: list[str], message: str
) -> None:
    done = arena(*arguments, cwd=small)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_show_prints_a_readable_transcript(small: Path) -> None:
    listed = arena("show", "runs/small", cwd=small).stdout.splitlines()
    key = next(line.split()[0] for line in listed if line.endswith("bold v equilibrium"))
    out = arena("show", "runs/small", key[:10], cwd=small).stdout
    for words in (
        f"Match {key}",
        "seat 0: bold (first)",
        "Chance: ",
        "saw     dealt: card",
        "action  bet",
        "Completed. Payoffs: bold",
    ):
        assert words in out


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("games", ["kuhn_poker", "prisoners_dilemma"]),
        ("agents", ["equilibrium", "fixed", "llm", "tit_for_tat", "uniform"]),
        ("emotions", ["anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"]),
        ("tournaments", ["demo"]),
        ("methods", ["bradley_terry", "elo", "exploitability", "regret"]),
        ("languages", ["de", "en", "ru"]),
        ("schedules", ["elicitation", "groups", "panel", "round_robin"]),
    ],
)
def test_list_names_what_there_is_with_a_word_about_it(what: str, names: list[str]) -> None:
    lines = arena("list", what, COLUMNS="200").stdout.splitlines()
    rows = [line.split(maxsplit=1) for line in lines if not line.endswith(":")]
    assert set(names) <= {name for name, _ in rows}
    assert all(len(about) > 10 for _, about in rows)


def test_prompt_prints_the_exact_messages() -> None:
    done = arena(
        "prompt",
        "kuhn_poker",
        "-G",
        "bet=3",
        "--mode",
        "hidden",
        "--emotion",
        "fear",
        "--cause",
        "external",
        "--player",
        1,
        "--after",
        "bet",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("--- system ---\n")
    for words in (
        "bets 3 chips",
        "You are afraid right now. A large dog barked today and ran after you",
        "Nobody else sees this report",
        "You are the second player",
        "- The other player: bet.",
        "You can answer: fold, call.",
    ):
        assert words in done.stdout
    assert arena("prompt", "kuhn_poker", "--form", "text").stdout.count("ACTION: your move") == 1


def test_prompt_takes_everything_that_a_voice_can_be() -> None:
    options = {
        "--mode": "manipulative",
        "--emotion": "anger",
        "--intensity": "strong",
        "--coplayer": "opponent",
        "--reasoning": "brief",
        "--persona": "You collect stamps.",
        "--frame": "obfuscated",
        "--labels": "counterbalanced",
        "--paraphrase": "1",
    }
    flat = [part for pair in options.items() for part in pair]
    done = arena("prompt", "kuhn_poker", *flat, "--opening", "--shows-intensity", "--deaf")
    assert done.returncode == 0, done.stderr
    for words in (
        "You are extremely angry right now.",
        "The other player is your opponent.",
        "You collect stamps.",
        "At a harbour there is a chest that 2 traders want",
        '- "reasoning": your thoughts',
        '- "shown_intensity": how intense',
        'without the key "action"',
        "Which flag do you raise?",
    ):
        assert words in done.stdout
    assert "If the other player shows an emotion" not in done.stdout
    assert done.stdout.count("--- system ---") == 2


def test_texts_lists_wordings_and_finds_no_gaps() -> None:
    done = arena("texts", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert "en  kuhn_poker: named 384, neutral 768, obfuscated 768" in done.stdout
    gaps = arena("texts", "--gaps", "--language", "en")
    assert (gaps.returncode, gaps.stdout) == (0, "")


@pytest.mark.parametrize(
    ("game", "options", "words"),
    [
        ("dictator", ["-G", "price=0.5"], "For each point given, the other player gets 0.5"),
        ("ultimatum", ["--player", 1, "--after", 40], "- The other player offered: 40."),
        (
            "ultimatum",
            ["--player", 1, "-G", "strategy_method=true"],
            "What is the smallest offer you would take",
        ),
        ("ultimatum", ["--player", 1, "-G", "fixed_offer=5"], "- The offer: 5."),
        ("prisoners_dilemma", ["-G", "preset=eai"], "Points for you: 4; for the other player: 1."),
        (
            "matrix_game",
            ["-G", 'table=[[[1, 2], [3, "1/3"]], [[5, 6], [7, 8]]]', "-G", 'rows=["up", "down"]'],
            "- You: up, the other player: B. Points for you: 3; for the other player: 1/3.",
        ),
    ],
)
def test_games_take_their_parameters_from_the_command_line(
    game: str, options: list[str], words: str
) -> None:
    done = arena("prompt", game, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert words in done.stdout


def test_solve_prints_value_exploitability_and_policy() -> None:
    done = arena("solve", "kuhn_poker", "--iterations", 200)
    assert done.returncode == 0, done.stderr
    first, points, exploitability, policy, *rows = done.stdout.splitlines()
    assert first == "kuhn_poker, solved by CFR+, 200 iterations"
    assert points.startswith("Expected points: first -0.05")
    assert float(exploitability.split()[1]) < 0.002
    assert policy == "Policy:"
    assert len(rows) == 12
    assert any(row.startswith("  second: dealt K; moved 0 bet;") for row in rows)


def test_prompt_is_that_of_whoever_moves() -> None:
    printed = arena("prompt", "ultimatum", "-G", "fixed_offer=5").stdout
    assert printed == arena("prompt", "ultimatum", "-G", "fixed_offer=5", "--player", 1).stdout
    assert "accept" in printed


def test_solve_json_is_one_document() -> None:
    document = json.loads(arena("solve", "prisoners_dilemma", "--json").stdout)
    (remark,) = document["remarks"]
    assert remark.startswith("2R > T + S")
    assert document["game"]["reward"] == 3
    assert document["method"] == "closed form"
    assert document["values"] == {"first": 1, "second": 1}
    assert document["exploitability"] == 0
    assert document["equilibria"] == [{"first": 0, "second": 0, "points": [1, 1]}]
    assert document["policy"]["first:"] == {"cooperate": 0, "defect": 1}


BAD = [
    (["run", "nothing.toml"], "no tournament file nothing.toml"),
    (["run", "malformed.toml"], "malformed.toml is not valid TOML"),
    (["run", "unknown.toml"], "unknown key in unknown.toml 'sed'; did you mean 'seed'"),
    (["run", "game.toml"], "unknown game 'kuhn_pokr'; did you mean 'kuhn_poker'"),
    (
        ["run", "model.toml", "--out", "m"],
        "model 'gpt' names no provider that LiteLLM knows: write provider/model",
    ),
    (
        ["run", "key.toml", "--out", "k"],
        "'anthropic/claude-x' needs ANTHROPIC_API_KEY in the environment",
    ),
    (["run", "gguf.toml", "--out", "g"], "nothing.gguf"),
    (["run", "good.toml", "--out", "/proc/x"], "/proc/x cannot be written"),
    (["run", "good.toml", "--out", "good.toml"], "good.toml cannot be written"),
    (["rate", "nowhere"], "there is no run in nowhere"),
    (["show", "nowhere"], "there is no run in nowhere"),
    (["deception", "nowhere"], "there is no run in nowhere"),
    (["check", "nowhere"], "there is no run in nowhere"),
    (["solve", "kuhn"], "unknown game 'kuhn'"),
    (["solve", "kuhn_poker", "-G", "players=3"], "kuhn_poker cannot be solved: it is neither"),
    (["solve", "liars_dice", "-G", "dice=2"], "liars_dice is too large: about"),
    (["solve", "liars_dice", "-G", "faces=1"], "faces must be a whole number from 2 to 10, not 1"),
    (["prompt", "kuhn"], "unknown game 'kuhn'"),
    (["prompt", "kuhn_poker", "--mode", "shy"], "prompt: emotion.mode: input should be 'absent'"),
    (["prompt", "kuhn_poker", "--emotion", "envy"], "emotion.induced: must be one of anger"),
    (["prompt", "kuhn_poker", "--language", "xx"], "language: must be one of de, en, ru"),
    (["prompt", "kuhn_poker", "--frame", "plain"], "prompt: frame: input should be 'named'"),
    (["prompt", "kuhn_poker", "--opening"], "emotion: opening = true needs shows = true"),
    (["texts", "--language", "xx"], "unknown language 'xx'"),
    (["prompt", "kuhn_poker", "--form", "xml"], "unknown form 'xml'"),
    (["prompt", "kuhn_poker", "--player", "2"], "player must be a seat from 0 to 1, not 2"),
    (["prompt", "kuhn_poker", "--player", "1"], "player 1 does not move here"),
    (["prompt", "kuhn_poker", "--after", "fold"], "'fold' is not legal"),
    (["prompt", "kuhn_poker", "--after", "bet,call,bet"], "the game is over before 'bet'"),
    (["prompt", "kuhn_poker", "--after", "bet,call"], "the game is over after these moves"),
    (["prompt", "prisoners_dilemma", "--after", "defect"], "ends within a simultaneous move"),
    (["prompt", "kuhn_poker", "-G", "bet"], "-G 'bet' is not of the form KEY=VALUE"),
    (["prompt", "kuhn_poker", "-G", "bet=x"], "bet must be a whole number from 1, not 'x'"),
    (["prompt", "dictator", "--player", "1"], "player 1, the recipient, never moves in this game"),
    (["prompt", "dictator", "-G", "price=0"], "dictator: price must be above 0, not 0"),
    (["prompt", "dictator", "--after", "101"], "101 is not legal for seat 0 in dictator"),
    (
        ["prompt", "ultimatum", "-G", "strategy_method=true", "-G", "fixed_offer=5"],
        "strategy_method and fixed_offer exclude each other",
    ),
    (["prompt", "matrix_game", "-G", "table=[[1"], "-G table: '[[1' is no number, list"),
    (["prompt", "matrix_game", "-G", "preset=winwin"], "'winwin'; did you mean 'win_win'"),
]


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")

    def write(name: str, text: str) -> None:
        (folder / f"{name}.toml").write_text(text)

    def llm(model: str) -> str:
        players = [{"agent": "llm", "model": model}, {"agent": "uniform"}]
        return toml(design(games=[{"name": "kuhn_poker"}], contestants=players))

    write("malformed", "name = ")
    write("unknown", toml(design(sed=1)))
    write("game", toml(design(games=[{**KUHN, "name": "kuhn_pokr"}])))
    write("model", llm("gpt"))
    write("key", llm("anthropic/claude-x"))
    write("gguf", llm("embedded//nowhere/nothing.gguf"))
    write("good", toml(design()))
    return folder


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_ends_in_one_line_and_status_2(
    arguments: list[str], message: str, bad: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    done = forks.run(bad, *arguments)
    lines = [line for line in done.said.splitlines() if line.startswith("arena: ")]
    assert done.status == 2
    assert len(lines) == 1, done.said
    assert message in lines[0]
    assert "Traceback" not in done.said


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser can write anywhere; /proc stands for it in the tests above")
    (tmp_path / "t.toml").write_text(toml(design()))
    (tmp_path / "closed").mkdir(mode=0o500)
    done = arena("run", "t.toml", "--out", "closed/run", cwd=tmp_path)
    assert done.returncode == 2
    assert "closed/run cannot be written: Permission denied" in done.stderr


def test_a_foreign_package_of_our_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("")
    done = fresh_arena("list", "games", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "our package 'agents' is hidden by" in done.stderr
