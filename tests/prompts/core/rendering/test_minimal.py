"""Every difference between two conditions is the treatment and nothing else.

Over languages, frames, games, roles, forms, wordings and everything else that a voice can be: a
sample in which every two of these meet, and, with `make soak`, the whole product.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest

import games
from prompts import Message, View, Voice, Wording, catalogue, render, reply_schema
from prompts.core.audit.observations import kinds
from prompts.core.rendering.writer import Writer
from tests.prompts.cases import (
    CAUSES,
    FORMS,
    FRAMES,
    INDUCED,
    LANGUAGES,
    MODES,
    OFFERED,
    REPORTS,
    pairwise,
)

PERSONAS = ("", "You are a retired teacher who lives by the sea.")
FACTORS: dict[str, tuple[Any, ...]] = {
    "language": LANGUAGES,
    "frame": FRAMES,
    "mode": MODES,
    "more": (False, True),
    "form": FORMS,
    "coplayer": ("player", "colleague", "person", "opponent"),
    "reasoning": ("none", "brief"),
    "persona": PERSONAS,
    "labels": (None, "counterbalanced"),
    "wording": (Wording(), Wording(7, 1, 1), Wording(1234, 99, 2)),
}
DOSES = (None, "mild", "strong")
FIELDS = {
    "absent": (),
    "hidden": ("felt", "intensity"),
    "visible": ("felt", "intensity"),
    "manipulative": ("felt", "intensity", "shown"),
}


@dataclass(frozen=True)
class Case:
    """One way of telling a player one thing, before anything is said about emotion."""

    view: View
    plain: dict[str, Any]
    mode: str
    more: bool
    form: Any
    wording: Wording
    part: slice
    """Which of the inductions are tried; rows of one seat can share them out."""
    turns: tuple[int, ...]
    """Which doses the inductions have, see `inductions`."""

    def voice(self, *, mode: str | None = None, **emotion: Any) -> Voice:
        mode = mode or self.mode
        extra = {"opening": True, "shows_intensity": True}
        added = extra if self.more and mode in {"visible", "manipulative"} else {}
        return Voice.model_validate({**self.plain, "emotion": {"mode": mode, **added, **emotion}})

    def inductions(self) -> list[dict[str, Any]]:
        return [each for turn in self.turns for each in inductions(turn)[self.part]]

    def told(self, voice: Voice) -> tuple[Message, ...]:
        return render(self.view, voice, self.form, self.wording)

    def parts(self, voice: Voice) -> tuple[str, ...]:
        """The paragraphs of both messages."""
        return tuple(part for m in self.told(voice) for part in m.content.split("\n\n"))


def case(row: Mapping[str, Any]) -> Case:
    game, at = row["seat"]
    seen = kinds(game)[at]
    view = View(seen, opening=seen.space is None)
    names = ("language", "frame", "coplayer", "reasoning", "persona", "labels")
    plain = {name: row[name] for name in names} | {"vocabulary": OFFERED}
    told = (row["mode"], row["more"], row["form"], row["wording"])
    return Case(view, plain, *told, slice(None), (0, 1, 2))


def inductions(turn: int) -> list[dict[str, Any]]:
    """Every emotion with every cause, each in a dose; in three turns, each in every dose."""
    pairs = product(enumerate(INDUCED), enumerate(CAUSES))
    return [
        {
            "induced": induced,
            "cause": cause,
            "intensity": None if induced == "placebo" else DOSES[(a + b + turn) % len(DOSES)],
        }
        for (a, induced), (b, cause) in pairs
    ]


@cache
def factors() -> dict[str, tuple[Any, ...]]:
    """All factors; to find the kinds of observations takes seconds."""
    seats = ((game, at) for game in games.available() for at in range(len(kinds(game))))
    return {**FACTORS, "seat": tuple(seats)}


@cache
def met() -> list[dict[str, Any]]:
    """Rows in which every two values meet."""
    return pairwise(factors())


@cache
def sample() -> tuple[Case, ...]:
    """The rows as cases; those of a seat share the inductions of its turn out."""
    seats: dict[Any, list[Case]] = {}
    for row in met():
        seats.setdefault(row["seat"], []).append(case(row))
    return tuple(
        replace(each, part=slice(at, None, len(rows)), turns=(number % 3,))
        for number, rows in enumerate(seats.values())
        for at, each in enumerate(rows)
    )


def whole() -> Iterator[Case]:
    """The whole product for one decision of each role and kind of answer, in one wording."""
    seats = {}
    for game, at in factors()["seat"]:
        seen = kinds(game)[at]
        seats[game, seen.role, seen.players > 2, type(seen.space)] = (game, at)
    fewer = {**FACTORS, "seat": tuple(seats.values())}
    fewer |= {"persona": PERSONAS[1:], "wording": (Wording(7, 1),)}
    for values in product(*fewer.values()):
        yield case(dict(zip(fewer, values, strict=True)))


def check_inductions(asked: Case) -> None:
    """Treatment and control differ in one paragraph, the induction."""
    control = asked.parts(asked.voice())
    at = control.index(_role(asked)) + 1
    for induction in asked.inductions():
        voice = asked.voice(**induction)
        treated = asked.parts(voice)
        writer = Writer(asked.view.observation, voice, asked.wording)
        assert treated == (*control[:at], writer.induction(), *control[at:])


def check_modes(asked: Case) -> None:
    """Two modes differ in the paragraphs about the mode, and in the fields of the answer."""
    modes = ("visible", "manipulative") if asked.view.opening else MODES
    assert len({_without_the_mode(asked, mode) for mode in modes}) == 1


def _without_the_mode(asked: Case, mode: str) -> tuple[str, ...]:
    """What is left of a prompt when exactly what its mode adds is taken away."""
    voice = asked.voice(mode=mode)
    writer = Writer(asked.view.observation, voice, asked.wording)
    system, question = (message.content.split("\n\n") for message in asked.told(voice))
    parts, answer = [*system, *question], system[-1]
    told = [writer.text("mode", mode)] if mode != "absent" else []
    if asked.more and voice.emotion.shows:
        told += [writer.text("mode", "intensity", mode), writer.text("mode", "opening", mode)]
    if told:
        parts.remove(" ".join(told))
        if writer.seen.players > 1:  # alone, nobody shows anything
            parts.remove(writer.text("mode", "perceives"))
    lines = answer.splitlines()
    fields = FIELDS[mode]
    if asked.more and mode == "manipulative":
        fields += ("shown_intensity",)
    for field in fields:
        begins = writer.text("answer", asked.form, field).partition("{")[0]
        (line,) = (line for line in lines if line.startswith(begins))
        lines.remove(line)
    parts[parts.index(answer)] = "\n".join(lines)
    seen = asked.view.observation
    schema = reply_schema(asked.view.space, voice, seen.game, asked.wording)
    asks = len(answer.splitlines()) - 1 - asked.view.opening
    assert len(schema["properties"]) == asks
    return tuple(parts)


def _role(asked: Case) -> str:
    seen = asked.view.observation
    return Writer(seen, asked.voice(), asked.wording).role()


def check_silence(asked: Case) -> None:
    """Mode absent without induction holds no emotion word of any language."""
    if asked.view.opening:
        return
    said = "\n".join(asked.parts(asked.voice(mode="absent"))).casefold()
    words = {word for code in catalogue().languages for word in catalogue().emotions(code).values()}
    neutral = {catalogue().emotions(code).get("neutral") for code in catalogue().languages}
    for word in words - neutral:
        assert not re.search(rf"\b{re.escape(word.casefold())}\b", said)


def check_goal(asked: Case) -> None:
    """A goal is one sentence, behind the opening."""
    plain, aimed = (Voice.model_validate({**asked.plain, "goal": g}) for g in ("none", "points"))
    writer = Writer(asked.view.observation, aimed, asked.wording)
    opening = writer.text("frame", "opening")
    begins = f"{opening} {writer.text('frame', 'goal', 'points')}"
    before, after = (asked.told(voice)[0].content for voice in (plain, aimed))
    assert after == f"{begins}{before.removeprefix(opening)}"
    assert asked.told(plain)[1] == asked.told(aimed)[1]


def check_state_and_demand(asked: Case) -> None:
    """The state and the demand are a sentence each, and an event stands with or without them."""
    for induced, cause in [*product(INDUCED, CAUSES)][asked.part]:
        voice = asked.voice(induced=induced, cause=cause)
        writer = Writer(asked.view.observation, voice, asked.wording)
        whole, effect = writer.induction(), writer.text("induction", "effect")
        told = asked.parts(voice)
        quiet = asked.voice(induced=induced, cause=cause, demand=False)
        _replaced(told, asked.parts(quiet), whole, whole.removesuffix(f" {effect}"))
        if cause == "simple":
            continue
        state = asked.voice(induced=induced)
        sentence = Writer(asked.view.observation, state, asked.wording).induction()
        sentence = sentence.removesuffix(effect)
        alone = asked.voice(induced=induced, cause=cause, state=False)
        _replaced(told, asked.parts(alone), whole, whole.removeprefix(sentence))


def _replaced(before: tuple[str, ...], after: tuple[str, ...], old: str, new: str) -> None:
    assert old != new
    at = before.index(old)
    assert after == (*before[:at], new, *before[at + 1 :])


def check_reports(asked: Case) -> None:
    """A report after the action moves lines; a neutral one has its own, in the same place."""
    for mode in MODES[1:]:
        before, after = (asked.voice(mode=mode, report=report) for report in ("before", "after"))
        told, moved = (asked.told(voice) for voice in (before, after))
        assert told[1] == moved[1]
        *common, form = told[0].content.split("\n\n")
        *same, other = moved[0].content.split("\n\n")
        assert common == same
        opening, *lines = form.splitlines()
        assert other.splitlines()[0] == opening
        thought = lines[: asked.plain["reasoning"] == "brief"]
        rest = lines[len(thought) :]
        assert other.splitlines()[1:] == [*thought, rest[-1], *rest[:-1]]
    if not asked.view.opening:
        hidden, neutral = (asked.voice(mode="hidden", report=r) for r in ("before", "neutral"))
        assert len(asked.parts(hidden)) == len(asked.parts(neutral))
        pairs = [*zip(_lines(asked, hidden), _lines(asked, neutral), strict=True)]
        assert sum(a != b for a, b in pairs) == 3  # what is told of the report, and its two fields


def _lines(asked: Case, voice: Voice) -> list[str]:
    return "\n".join(asked.parts(voice)).splitlines()


def check_schemas(asked: Case) -> None:
    """The schema asks for the keys in the order of the prompt's lines."""
    reports = ("before", "after") if asked.view.opening else REPORTS
    for report in reports:
        voice = asked.voice(mode="visible" if asked.view.opening else "absent", report=report)
        seen = asked.view.observation
        keys = reply_schema(asked.view.space, voice, seen.game, asked.wording)["properties"]
        answer = asked.told(voice)[0].content.rpartition("\n\n")[2].splitlines()[1:]
        names = catalogue().get(voice.language, "answer", "keys")
        marks = {names[key].upper(): key for key in names} | {f'- "{key}"': key for key in names}
        said = [marks[line.partition(":")[0]] for line in answer]
        assert [key for key in said if key in keys] == list(keys)


CHECKS = (
    check_inductions,
    check_modes,
    check_silence,
    check_goal,
    check_state_and_demand,
    check_reports,
    check_schemas,
)


@pytest.mark.parametrize("check", CHECKS)
def test_conditions_differ_in_the_treatment_alone(check: Any) -> None:
    for asked in sample():
        check(asked)


@pytest.mark.soak
@pytest.mark.parametrize("check", CHECKS)
def test_conditions_differ_in_the_treatment_alone_in_the_whole_product(check: Any) -> None:
    for asked in whole():
        check(asked)


def test_the_sample_lets_every_two_values_meet() -> None:
    whole, rows = factors(), met()
    for a, b in combinations(whole, 2):
        assert {(r[a], r[b]) for r in rows} == set(product(whole[a], whole[b]))
    assert len(rows) < 20 * len(whole["seat"])
    tried: dict[int, list[tuple[Any, ...]]] = {}
    for asked in sample():
        told = tried.setdefault(id(asked.view.observation), [])
        told.extend(tuple(each.values()) for each in asked.inductions())
    assert len(tried) == len(whole["seat"])
    for each in tried.values():
        assert sorted(pair for *pair, _ in each) == sorted(map(list, product(INDUCED, CAUSES)))
        assert {dose for *_, dose in each} == {*DOSES}
    every = {tuple(each.values()) for turn in range(3) for each in inductions(turn)}
    assert {each for told in tried.values() for each in told} == every
    assert len(every) == len(CAUSES) * (1 + (len(INDUCED) - 1) * len(DOSES))


def test_what_the_coplayer_is_said_to_be_is_one_sentence() -> None:
    for asked in sample():
        plain = asked.parts(Voice.model_validate({**asked.plain, "coplayer": "player"}))
        for label in ("colleague", "person", "opponent"):
            voice = Voice.model_validate({**asked.plain, "coplayer": label})
            said = Writer(asked.view.observation, voice, asked.wording)
            sentence = said.text("frame", "coplayer", label)
            assert asked.parts(voice) == (f"{plain[0]} {sentence}", *plain[1:])


def test_reasoning_adds_one_line_to_the_answer_and_a_persona_one_paragraph() -> None:
    for asked in sample():
        silent = {**asked.plain, "reasoning": "none", "persona": ""}
        plain, brief, persona = (
            asked.told(Voice.model_validate({**silent, **change}))
            for change in ({}, {"reasoning": "brief"}, {"persona": PERSONAS[1]})
        )
        assert plain[1] == brief[1] == persona[1]
        lines = plain[0].content.splitlines()
        added = [line for line in brief[0].content.splitlines() if line not in lines]
        assert len(added) == 1
        first, rest = plain[0].content.split("\n\n", 1)
        assert persona[0].content == f"{first}\n\n{PERSONAS[1]}\n\n{rest}"


def test_all_conditions_of_a_block_share_their_wording() -> None:
    for asked in sample():
        rules = {
            tuple(Writer(asked.view.observation, asked.voice(mode=mode), asked.wording).rules())
            for mode in MODES
        }
        assert len(rules) == 1
