"""The command line. Commands import what they need when they run, so that --help is quick."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="arena",
    help="Language models, strategies and people play behavioural games, with and without emotion.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


class Listed(StrEnum):
    """What `arena list` can list."""

    games = "games"
    agents = "agents"
    emotions = "emotions"
    tournaments = "tournaments"


@app.command("run")
def run_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tournament file (TOML).")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run. [default: runs/NAME]")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Play at most so many matches this time.")
    ] = None,
) -> None:
    """Play a tournament; run the same command again to go on with one that was cut short."""
    from dotenv import find_dotenv, load_dotenv

    from arena.progress import watcher
    from arena.runner import run
    from arena.tournament import Tournament

    load_dotenv(find_dotenv(usecwd=True))
    tournament = Tournament.read(file)
    folder = out or Path("runs") / tournament.name
    try:
        with watcher(sys.stderr) as watch:
            run(tournament, folder, watch, limit)
    except KeyboardInterrupt:
        typer.echo("\nInterrupted. Run the same command again to go on.", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"Recorded in {folder}", err=True)


@app.command("rate")
def rate_command(
    folders: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    method: Annotated[
        str | None,
        typer.Option(help="One rating method's table, such as bradley-terry. [default: all]"),
    ] = None,
    game: Annotated[
        list[str], typer.Option(help="Only this game; repeatable. [default: all]")
    ] = [],  # noqa: B006 - typer copies it
    by: Annotated[
        str | None,
        typer.Option(help="Rate by model, mode, language, emotion, cause or agent instead."),
    ] = None,
    void: Annotated[
        str, typer.Option(help="What becomes of void matches: drop, forfeit or impute.")
    ] = "drop",
    rounds: Annotated[int, typer.Option(min=0, help="Rounds of the bootstrap.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and of Elo's orders.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="One CSV table instead.")] = False,
) -> None:
    """Rate runs: effect of the emotion mode, ratings with intervals, payoffs; several together."""
    from arena.document import rating_csv, rating_json
    from arena.rating import Request, rate
    from arena.report import leaderboard, method_report
    from arena.run import Run
    from games import BadInput

    if json and csv:
        raise BadInput("--json and --csv exclude each other")
    request = Request.checked(method, game, by, void, rounds, seed)
    rated = rate([Run(folder) for folder in folders], request)
    if json or csv:
        typer.echo((rating_json if json else rating_csv)(rated).rstrip())
    elif method:
        method_report(rated, sys.stdout)
    else:
        leaderboard(rated, sys.stdout)


@app.command("deception")
def deception_command(
    folder: RunFolder,
    game: Annotated[
        str | None, typer.Option(help="Id of the only game to measure. [default: all]")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Print what contestants show, what it gives away, and what it does to others."""
    from arena.deception import deception_json, deception_text
    from arena.run import Run

    run = Run(folder)
    if json:
        typer.echo(deception_json(run, game))
    else:
        deception_text(run, sys.stdout, game)


@app.command("check")
def check_command(
    folder: RunFolder,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Print the manipulation checks: what contestants said they felt, and which induction took."""
    from arena.check import check_json, check_text
    from arena.run import Run

    run = Run(folder)
    if json:
        typer.echo(check_json(run))
    else:
        check_text(run, sys.stdout)


@app.command("show")
def show_command(
    folder: RunFolder,
    match: Annotated[
        str | None, typer.Argument(help="Id of a match, or its beginning. [default: list all]")
    ] = None,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Also print every message exactly as it was sent.")
    ] = False,
) -> None:
    """List the matches of a run, or print the readable transcript of one."""
    from arena.run import Run
    from arena.show import list_lines, transcript_lines

    run = Run(folder)
    if match is None:
        lines = list_lines(run)
    else:
        found = run.match(match)
        lines = transcript_lines(found, run.game(found.match.game), prompts=prompts)
    for line in lines:
        typer.echo(line)


@app.command("list")
def list_command(
    what: Annotated[Listed, typer.Argument(help="What to list.")],
) -> None:
    """List what there is: games, agents, emotions or tournaments."""
    from arena.inventory import inventory

    rows = list(inventory(what.value))
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        typer.echo(f"{name:<{width}}  {about}".rstrip())


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
    language: Annotated[str, typer.Option(help="Code of the language.")] = "en",
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
    form: Annotated[str, typer.Option(help="Form of the answer: json or text.")] = "json",
    player: Annotated[int, typer.Option(help="Seat of the player, from 0.")] = 0,
    after: Annotated[
        str, typer.Option(help='Moves made before, such as "check,bet"; simultaneous ones by seat.')
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of chance, such as the deal, and labels.")] = 0,
) -> None:
    """Print exactly the messages that a model would be sent for a decision.

    With --opening and without --after, those for the display before the first move come first.
    """
    from agents.core.spec import parse
    from arena.preview import preview
    from prompts import Voice

    feeling: dict[str, Any] = {
        "mode": mode,
        "induced": emotion,
        "cause": cause,
        "intensity": intensity,
    }
    feeling |= {"opening": opening, "shows_intensity": shows_intensity}
    feeling |= {} if perceives is None else {"perceives": perceives}
    told: dict[str, Any] = {"coplayer": coplayer, "reasoning": reasoning, "persona": persona}
    told |= {"frame": frame, "labels": labels, "paraphrase": paraphrase}
    voice = parse(Voice, {"language": language, "emotion": feeling, **told}, "prompt")
    moves = [move.strip() for move in after.split(",") if move.strip()]
    for message in preview(game, _params(param), voice, form, player, moves, seed):
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
    from prompts.core.gaps import counts, gaps

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
    from arena.solving import solution_json, solution_lines
    from games.core.solution import solve

    rules = games.load(game, _params(param))
    found = solve(rules, iterations)
    for line in [solution_json(rules, found)] if json else solution_lines(rules, found):
        typer.echo(line)


@app.command("power")
def power_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tournament file (TOML).")],
    effect: Annotated[
        float, typer.Option(help="How far apart two contestants are, per match.")
    ] = 0.05,
    unit: Annotated[str, typer.Option(help="Of the effect: points or elo.")] = "points",
    power: Annotated[float, typer.Option(help="How often it is to be found.")] = 0.8,
    game: Annotated[
        list[str], typer.Option(help="Only this game; repeatable. [default: all]")
    ] = [],  # noqa: B006 - typer copies it
    rationality: Annotated[
        float, typer.Option(min=0, help="Lambda of those who stand in for models, per point.")
    ] = 2.0,
    price: Annotated[
        float | None,
        typer.Option(min=0, help="US dollars per decision. [default: as arena plan reckons]"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all simulations.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Say how many matches a design needs to tell two contestants apart; nothing is played."""
    from arena.power import Question, needs, power_json, power_report
    from arena.tournament import Tournament

    question = Question(effect, unit, power, rationality, price, seed)
    found = needs(Tournament.read(file), question, game)
    if json:
        typer.echo(power_json(found, question))
    else:
        power_report(found, question, sys.stdout)


@app.command("plan")
def plan_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tournament file (TOML).")],
    seconds: Annotated[
        float | None, typer.Option(min=0, help="Seconds of one call. [default: 3 (1 to 10)]")
    ] = None,
    reasked: Annotated[
        float, typer.Option(min=0, max=1, help="Share of decisions asked for again.")
    ] = 0.1,
    json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Print what a tournament takes: matches, calls, tokens, cost, time. Nobody is asked."""
    from arena.plan import plan
    from arena.planning import plan_json, plan_text
    from arena.tournament import Tournament

    found = plan(Tournament.read(file), seconds, reasked)
    if json:
        typer.echo(plan_json(found))
    else:
        plan_text(found, sys.stdout)


@app.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of tournament files."""
    from json import dumps

    from arena.schema import schema

    typer.echo(dumps(schema(), indent=2, ensure_ascii=False))


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
