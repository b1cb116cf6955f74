"""Commands about single games: the words of their prompts, their solutions."""

from typing import Annotated, Any

import typer

from arena.cli.app import app


@app.command("prompt")
def prompt_command(
    game: Annotated[str, typer.Argument(help="Id of a game.")],
    param: Annotated[
        list[str],
        typer.Option("-G", metavar="KEY=VALUE", help="Parameter of the game; repeatable."),
    ] = [],  # noqa: B006 - typer copies it
    mode: Annotated[
        str, typer.Option(help="Emotion mode: absent, hidden, visible, manipulative.")
    ] = "absent",
    emotion: Annotated[str, typer.Option(help="Induced emotion, or none.")] = "none",
    cause: Annotated[
        str, typer.Option(help="Cause of the induced emotion: simple, coplayer, external.")
    ] = "simple",
    intensity: Annotated[
        str | None, typer.Option(help="Intensity of the induced emotion: mild, strong.")
    ] = None,
    event: Annotated[
        int, typer.Option(min=0, help="Which event is the cause; they come in turn.")
    ] = 0,
    state: Annotated[
        bool,
        typer.Option("--state/--event-alone", help="Say what is felt, or only what happened."),
    ] = True,
    demand: Annotated[
        bool,
        typer.Option("--demand/--no-demand", help="Say that it can affect decisions."),
    ] = True,
    report: Annotated[
        str | None,
        typer.Option(
            help="What is reported with a move: none; an emotion, before or after the action; or "
            "something neutral. [default: as the mode]"
        ),
    ] = None,
    opening: Annotated[
        bool, typer.Option("--opening", help="Show an emotion before the first move as well.")
    ] = False,
    shows_intensity: Annotated[
        bool, typer.Option("--shows-intensity", help="What is shown carries its intensity.")
    ] = False,
    perceives: Annotated[
        bool | None,
        typer.Option("--perceives/--deaf", help="See what others show. [default: as the mode]"),
    ] = None,
    vocabulary: Annotated[
        str | None,
        typer.Option(help="Emotions that can be reported, by commas. [default: as a design's]"),
    ] = None,
    language: Annotated[str, typer.Option(help="Code of the language.")] = "en",
    goal: Annotated[str, typer.Option(help="What to aim at: none, points.")] = "none",
    coplayer: Annotated[
        str, typer.Option(help="The other is a player, colleague, person or opponent.")
    ] = "player",
    reasoning: Annotated[str, typer.Option(help="Reasoning in the reply: none, brief.")] = "none",
    persona: Annotated[str, typer.Option(help="A paragraph about who the player is.")] = "",
    frame: Annotated[
        str, typer.Option(help="How the game is presented: named, neutral, obfuscated.")
    ] = "named",
    labels: Annotated[
        str | None,
        typer.Option(help="Labels of actions: named, counterbalanced. [default: as the frame]"),
    ] = None,
    paraphrase: Annotated[int, typer.Option(min=0, help="Which wording of the rules.")] = 0,
    form: Annotated[
        str, typer.Option(help="Form of the answer: json, text, or fields (a person's).")
    ] = "json",
    player: Annotated[
        int | None, typer.Option(help="Seat of the player, from 0. [default: whoever moves]")
    ] = None,
    after: Annotated[
        str, typer.Option(help='Moves made before, such as "check,bet"; simultaneous ones by seat.')
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of chance, such as the deal, and labels.")] = 0,
) -> None:
    """Print exactly the messages that a model would be sent for a decision.

    With --opening and without --after, those for the display before the first move come first.
    """
    from agents.core.parse import parse
    from arena.planning.preview import preview
    from prompts import Voice

    feeling: dict[str, Any] = {"mode": mode, "induced": emotion, "cause": cause, "state": state}
    feeling |= {"intensity": intensity, "demand": demand, "opening": opening}
    feeling |= {"shows_intensity": shows_intensity}
    by_mode = {"report": report, "perceives": perceives}
    feeling |= {key: stated for key, stated in by_mode.items() if stated is not None}
    told: dict[str, Any] = {"goal": goal, "coplayer": coplayer, "persona": persona}
    told |= {"reasoning": reasoning}
    if vocabulary is not None:
        told["vocabulary"] = [word.strip() for word in vocabulary.split(",")]
    told |= {"frame": frame, "labels": labels, "paraphrase": paraphrase}
    voice = parse(Voice, {"language": language, "emotion": feeling, **told}, "prompt")
    moves = [move.strip() for move in after.split(",") if move.strip()]
    for message in preview(game, _params(param), voice, form, player, moves, seed, event):
        typer.echo(f"--- {message.role} ---\n{message.content}\n")


@app.command("texts")
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


@app.command("solve")
def solve_command(
    game: Annotated[str, typer.Argument(help="Id of a game.")],
    param: Annotated[
        list[str],
        typer.Option("-G", metavar="KEY=VALUE", help="Parameter of the game; repeatable."),
    ] = [],  # noqa: B006 - typer copies it
    iterations: Annotated[
        int, typer.Option(min=1, help="Of CFR+, for two-player zero-sum games.")
    ] = 1000,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Print an equilibrium of a game: value, exploitability and policy."""
    import games
    from arena.report.solution import solution_json, solution_lines
    from games.core.solution import solve

    rules = games.load(game, _params(param))
    found = solve(rules, iterations)
    for line in [solution_json(rules, found)] if json else solution_lines(rules, found):
        typer.echo(line)


def _params(pairs: list[str]) -> dict[str, Any]:
    """Parameters of a game as typed: whole numbers, true and false, lists; all else as text."""
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

    if not (value.startswith("[") or re.fullmatch(r"-?[0-9]+|true|false", value)):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError):  # brackets can be nested without end
        raise BadInput(f"-G {key}: {value!r} is no number or list as JSON writes it") from None
