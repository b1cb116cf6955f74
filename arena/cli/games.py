"""Commands about single games: the words of their prompts, their solutions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.app import app
from arena.cli.commands import KNOWING, Paged
from arena.cli.options import GameId, Json, Params

if TYPE_CHECKING:  # commands import what they need when they run
    from prompts import Voice

Mode = Annotated[str, typer.Option(help="Emotion mode: absent, hidden, visible, manipulative.")]
Induced = Annotated[str, typer.Option(help="Induced emotion, or none.")]
Cause = Annotated[
    str, typer.Option(help="Cause of the induced emotion: simple, coplayer, external.")
]
Intensity = Annotated[
    str | None, typer.Option(help="Intensity of the induced emotion: mild, strong.")
]
Happened = Annotated[int, typer.Option(min=0, help="Which event is the cause; they come in turn.")]
Order = Annotated[
    int, typer.Option(min=0, help="Order of what is offered: 0 as in the rules, odd ones reversed.")
]
State = Annotated[
    bool, typer.Option("--state/--event-alone", help="Say what is felt, or only what happened.")
]
Demand = Annotated[
    bool, typer.Option("--demand/--no-demand", help="Say that it can affect decisions.")
]
Report = Annotated[
    str | None,
    typer.Option(
        help="What is reported with a move: none; an emotion, before or after the action; or "
        "something neutral. [default: as the mode]"
    ),
]
Opening = Annotated[
    bool, typer.Option("--opening", help="Show an emotion before the first move as well.")
]
ShowsIntensity = Annotated[
    bool, typer.Option("--shows-intensity", help="What is shown carries its intensity.")
]
Perceives = Annotated[
    bool | None,
    typer.Option("--perceives/--deaf", help="See what others show. [default: as the mode]"),
]
Words = Annotated[
    str | None,
    typer.Option(help="Emotions that can be reported, by commas. [default: as a design's]"),
]
Language = Annotated[str, typer.Option(help="Code of the language.")]
Goal = Annotated[str, typer.Option(help="What to aim at: none, points.")]
Coplayer = Annotated[
    str, typer.Option(help="The other is a player, colleague, person or opponent.")
]
Reasoning = Annotated[str, typer.Option(help="Reasoning in the reply: none, brief.")]
Persona = Annotated[str, typer.Option(help="A paragraph about who the player is.")]
Frame = Annotated[str, typer.Option(help="How the game is presented: named, neutral, obfuscated.")]
LabelRule = Annotated[
    str | None,
    typer.Option(help="Labels of actions: named, counterbalanced. [default: as the frame]"),
]
Paraphrase = Annotated[int, typer.Option(min=0, help="Which wording of the rules.")]
History = Annotated[
    int | None, typer.Option(min=1, help="Number of past rounds told again. [default: all]")
]
Form = Annotated[str, typer.Option(help="Form of the answer: json, text, or fields (a person's).")]
Seat = Annotated[
    int | None, typer.Option(help="Seat of the player, from 0. [default: whoever moves]")
]
After = Annotated[
    str, typer.Option(help='Moves made before, such as "check,bet"; simultaneous ones by seat.')
]
Seed = Annotated[int, typer.Option(help="Seed of chance, such as the deal, and labels.")]


@app.command("prompt", rich_help_panel=KNOWING, cls=Paged)
def prompt_command(
    game: GameId,
    param: Params = [],  # noqa: B006 - typer copies it
    mode: Mode = "absent",
    emotion: Induced = "none",
    cause: Cause = "simple",
    intensity: Intensity = None,
    event: Happened = 0,
    state: State = True,
    demand: Demand = True,
    report: Report = None,
    opening: Opening = False,
    shows_intensity: ShowsIntensity = False,
    perceives: Perceives = None,
    vocabulary: Words = None,
    language: Language = "en",
    goal: Goal = "none",
    coplayer: Coplayer = "player",
    reasoning: Reasoning = "none",
    persona: Persona = "",
    frame: Frame = "named",
    labels: LabelRule = None,
    paraphrase: Paraphrase = 0,
    history: History = None,
    form: Form = "json",
    player: Seat = None,
    after: After = "",
    seed: Seed = 0,
    order: Order = 0,
) -> None:
    """Print exactly the messages that a model would be sent for a decision.

    With --opening and without --after, those for the display before the first move come first.
    """
    stated = locals()
    from arena.planning.preview import preview
    from prompts import Wording

    moves = [move for move in _by_commas(after) if move]
    wording = Wording(labels=seed, event=event, order=order)
    voice, rules = _voice(stated), _params(param)
    for message in preview(game, rules, voice, form, player, moves, seed, wording):
        typer.echo(f"--- {message.role} ---\n{message.content}\n")


def _voice(stated: Mapping[str, Any]) -> "Voice":
    """The voice that the options state; an option that is None is left to its default.

    Args:
        stated: the options of the command, some of which are fields of a voice or of its emotion.

    Raises:
        BadInput: a value is not right.
    """
    from agents.core.parse import parse
    from prompts import Emotion, Voice

    known = {name: value for name, value in stated.items() if value is not None}
    known["induced"] = known.pop("emotion")
    if "vocabulary" in known:
        known["vocabulary"] = _by_commas(known["vocabulary"])
    feeling, told = (
        {name: known[name] for name in model.model_fields if name in known}
        for model in (Emotion, Voice)
    )
    return parse(Voice, {**told, "emotion": feeling}, "prompt")


def _by_commas(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


@app.command("texts", rich_help_panel=KNOWING, cls=Paged)
def texts_command(
    language: Annotated[str | None, typer.Option(help="Code of a language. [default: all]")] = None,
    missing: Annotated[
        bool, typer.Option("--gaps", help="Print what is missing instead; exit status 1 if any.")
    ] = False,
) -> None:
    """Print how many wordings the rules of each game have, or what the texts lack."""
    from prompts import catalogue
    from prompts.core.audit.gaps import counts, gaps

    languages = catalogue().languages if language is None else (language,)
    lines = [line for code in languages for line in (gaps if missing else counts)(code)]
    for line in lines:
        typer.echo(line)
    if missing and lines:
        raise typer.Exit(1)


@app.command("solve", rich_help_panel=KNOWING, cls=Paged)
def solve_command(
    game: GameId,
    param: Params = [],  # noqa: B006 - typer copies it
    iterations: Annotated[
        int, typer.Option(min=1, help="Of CFR+, for two-player zero-sum games.")
    ] = 1000,
    json: Json = False,
) -> None:
    """Print an equilibrium of a game: value, exploitability and policy."""
    import games
    from arena.report.solution import solution_json, solution_lines
    from games.core.repeated import without_talk
    from games.core.solution import solve

    stated = games.load(game, _params(param))
    if (rules := without_talk(stated)) is not stated and not json:
        typer.echo("Messages are ignored: that is an equilibrium of any talk that binds nobody.\n")
    solution = solve(rules, iterations)
    for line in [solution_json(rules, solution)] if json else solution_lines(rules, solution):
        typer.echo(line)


def _params(pairs: list[str]) -> dict[str, Any]:
    """Parameters of a game as typed: numbers, true and false, lists, tables; all else as text."""
    from games import BadInput

    params: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise BadInput(f"-G {pair!r} is not of the form KEY=VALUE")
        params[key] = _typed(key, value)
    return params


def _typed(key: str, value: str) -> Any:  # noqa: ANN401 - a parameter of any game
    """A value that is typed as JSON writes it, or text; decimals stay text and so exact."""
    import re
    from json import loads

    from games import BadInput

    if not (value.startswith(("[", "{")) or re.fullmatch(r"-?[0-9]+|true|false", value)):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError):  # brackets can be nested without end
        raise BadInput(
            f"-G {key}: {value!r} is no number, list or table as JSON writes it"
        ) from None
