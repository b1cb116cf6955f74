"""What is missing is found, because everything there is to say is really rendered."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import games
from arena.testing.plays import complete_plays
from prompts import catalogue
from prompts.core.audit import gaps as audit
from prompts.core.audit.gaps import gaps
from prompts.core.audit.observations import kinds
from prompts.core.rendering import labels, voice, writer
from prompts.core.texts import catalogue as module
from prompts.core.texts import plurals, slots
from prompts.core.texts.catalogue import Catalogue
from tests.prompts.cases import LANGUAGES

MODULES = (audit, labels, plurals, voice, writer)
BROKEN = ("dictator", "kuhn_poker", "liars_dice", "prisoners_dilemma", "ultimatum")
"""Games whose texts are taken away, and those that texts of all games need."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_anything(language: str) -> None:
    assert gaps(language) == ()


@pytest.fixture
def broken(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Callable[[Any], object]], tuple[str, ...]]]:
    """The gaps of English once its texts have been changed."""

    def check(change: Callable[[Any], object]) -> tuple[str, ...]:
        texts = copy.deepcopy(catalogue().get("en"))
        change(texts)
        model = catalogue()
        other = Catalogue({"en": {"en": texts}})
        for used in MODULES:
            monkeypatch.setattr(used, "catalogue", lambda: other)
        monkeypatch.setattr(games, "available", lambda: BROKEN)
        labels._of.cache_clear()
        assert module.catalogue() is model
        return gaps("en")

    yield check
    labels._of.cache_clear()


def table(texts: Any, *path: str) -> Any:
    for key in path:
        texts = texts[key]
    return texts


MISSING = [
    [
        ("game.kuhn_poker.events.dealt", "no text for en.game.kuhn_poker.events.dealt"),
        ("frame.labels", "needs 4 labels in frame neutral"),
        ("game.kuhn_poker.words.9", "no word for '9'"),
        ("game.ultimatum.cases.procedure.fixed_offer", "ultimatum.cases.procedure.fixed_offer"),
        ("game.liars_dice.cases.bidding.reset-quantity", "liars_dice.cases.bidding.reset-quantity"),
        ("game.dictator.neutral.rules", "game dictator has no rules of its own in frame neutral"),
        ("frame.facts.continuation", "must mention {continuation}|no value|no word"),
        ("frame.events.earned", "no text for en.game.prisoners_dilemma.events.earned"),
        ("emotion.fear.cause.external", "emotion.fear.cause.external has 0 events, fewer than 3"),
        ("induction.coplayer", "no text for en.induction.coplayer"),
        ("plural.points.one", "no text for plural.points.one"),
        ("plural.points", "no text for plural.points.other"),
        ("frame.goal", "no text for en.frame.goal.points"),
        ("frame.reported_neutral", "no text for en.frame.reported_neutral"),
        ("mode.neutral", "no text for en.mode.neutral"),
        ("induction.degree.mild", "no text for en.induction.degree.mild"),
        ("mode.opening.manipulative", "no text for en.mode.opening.manipulative"),
        ("frame.coplayer.person", "no text for en.frame.coplayer.person"),
        ("council.told.chosen_by_you", "no text for en.council.told.chosen_by_you"),
    ],
    [
        ("game.kuhn_poker.roles.fourth", "no text for en.game.kuhn_poker.roles.fourth"),
        (
            "game.kuhn_poker.events.showdown.others",
            "no text for en.game.kuhn_poker.events.showdown",
        ),
        ("frame.display_opening.others", "no text for en.frame.display_opening"),
        ("answer.fields.size", "no text for en.answer.fields.size"),
        ("answer.text.reasoning", "no text for en.answer.text.reasoning"),
        ("council.json.strength", "no text for en.council.json.strength"),
        ("council.showed", "no text for en.council.showed"),
    ],
]
"""Texts that are taken away together, as far as none hides that another is missing."""


@pytest.mark.parametrize("faults", MISSING, ids=["first", "behind"])
def test_texts_that_are_missing_are_told(faults: list[tuple[str, str]], broken: Any) -> None:
    def take_away(texts: Any) -> None:
        for path, _ in faults:
            *where, key = path.split(".")
            table(texts, *where).pop(key)

    found = broken(take_away)
    expected = [told.split("|") for _, told in faults]
    assert [told for told in expected if not _told(told, found)] == []


def _told(parts: list[str], found: tuple[str, ...]) -> bool:
    return any(part in line for line in found for part in parts)


CHANGED = [
    [
        ("game.kuhn_poker.actions.call", "fold", "two values share a word"),
        ("frame.labels", ["G", "g", "H", "K", "L"], "two words of frame named are alike"),
        ("frame.obfuscated.labels", ["G", "H"], "needs 4 labels in frame obfuscated"),
        ("emotion.fear.word", "anger", "two words of emotion are alike"),
        ("induction.degree.mild", "slightly  ", "stray spaces"),
        ("emotion.fear.cause.coplayer", ["a"] * 3, "must mention {coplayer}"),
        ("emotion.fear.cause.external", ["a"] * 2, "has 2 events, fewer than 3"),
        ("plural.points.one", "a point", "plural.points.one must mention {n} and nothing else"),
        ("plural.points.few", "{n} points", "nothing uses plural.points.few"),
        ("plural.pints", {"one": "{n} pint", "other": "{n} pints"}, "nothing uses plural.pints"),
        (
            "game.dictator.rules",
            [["a {endowment} {price}"]],
            "has 1 wordings in frame named, fewer",
        ),
    ],
    [
        ("game.dictator.rules", [["a {endowment}", "b"]], "differ in their placeholders"),
        ("emotion.fear.cause.external", ["{coplayer} b"] * 3, "no value for {coplayer}"),
        ("game.ultimatum.ask.proposer", "How many {offer:pints}?", "no text for plural.pints.one"),
    ],
    [
        ("game.dictator.rules", [["a {endowment}"]], "must mention {price}"),
    ],
    [
        ("game.dictator.rules", [["a {endowment} {price} {prize}"]], "no value for {prize}"),
    ],
    [
        ("game.dictator.rules", [["a {endowment} {price} {@give}"]], "no word for 'give'"),
    ],
    [
        ("game.dictator.rules", [["a {endowment", "b"]], "expected '}'"),
    ],
]
"""Texts that are changed together, as far as none hides that another does not fit."""


@pytest.mark.parametrize("faults", CHANGED, ids=lambda faults: faults[-1][-1])
def test_texts_that_do_not_fit_are_told(faults: list[tuple[str, Any, str]], broken: Any) -> None:
    def change(texts: Any) -> None:
        for path, text, _ in faults:
            *where, key = path.split(".")
            table(texts, *where)[key] = text

    found = broken(change)
    assert [told for *_, told in faults if not _told([told], found)] == []


def test_another_language_is_compared_key_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    english = catalogue().get("en")
    german = copy.deepcopy(english)
    del german["frame"]["again"]["refused"]
    german["frame"]["agian"] = {"refused": "…"}
    german["emotion"]["fear"]["agrees"] = "feminine"
    german["induction"]["degree"] = {"feminine": english["induction"]["degree"]}
    german["frame"]["neutral"] = {"history": "…"}
    other = Catalogue({"en": {"en": english}, "de": {"de": german}})
    monkeypatch.setattr(audit, "catalogue", lambda: other)
    assert list(audit._keys("de")) == [
        "no text for frame.again.refused",
        "nothing uses frame.agian.refused",
    ]


@pytest.mark.parametrize("game", games.available())
def test_nothing_that_players_see_is_missed(game: str) -> None:
    """Kinds of events met in all plays of the game, of which a sample is enough for the largest."""
    rules = games.load(game)
    met = {
        (event.kind, key)
        for play in complete_plays(rules)
        for player in range(len(rules.roles))
        for event in rules.observe(play.end, player).events
        for key in event.facts
    }
    assert met <= {
        (event.kind, key) for seen in kinds(game) for event in seen.events for key in event.facts
    }


def test_slots_are_counted_over_the_variant_with_fewest() -> None:
    procedures = catalogue().get("en", "game", "ultimatum", "cases", "procedure")
    rules = catalogue().get("en", "game", "ultimatum", "rules")
    variants = [slots.flatten(rules, lambda _: variant) for variant in procedures.values()]  # noqa: B023
    assert audit.counted("en", "ultimatum", "named") == min(map(slots.wordings, variants))
