from typing import Any

import pytest

from games.core.types import Action, ActionSpace, Amount, Choice
from prompts import Affect, Form, Reading, Verdict, Voice, Wording, read_reply, reply_schema
from tests.prompts.cases import voice

BET: ActionSpace = Choice(("check", "bet"))


def read(text: str, form: Form = "json", mode: str = "absent", **more: Any) -> Reading:
    return read_reply(text, more.pop("space", BET), voice(mode), "kuhn_poker", form, **more)


JSON = [
    ('{"action": "bet"}', Verdict.LEGAL, "bet"),
    ('```json\n{"action": "bet"}\n```', Verdict.LEGAL, "bet"),
    ('Sure! {"action": "Bet"} is my move.', Verdict.LEGAL, "bet"),
    ('{"action": "bet"} I repeat: {"action": "bet"}', Verdict.LEGAL, "bet"),
    ('{"action": "bet", "why": "because"}', Verdict.LEGAL, "bet"),
    ('{"action": "not bet"}', Verdict.ILLEGAL, None),
    ('{"action": "fold"}', Verdict.ILLEGAL, None),
    ('{"action": 1}', Verdict.ILLEGAL, None),
    ('{"action": ["bet"]}', Verdict.ILLEGAL, None),
    ('{"action": "check or bet"}', Verdict.AMBIGUOUS, None),
    ('{"action": "bet"} or {"action": "check"}', Verdict.AMBIGUOUS, None),
    ('{"action": "bet", "action": "check"}', Verdict.AMBIGUOUS, None),
    ('{"move": "bet"}', Verdict.MISSING, None),
    ('{"action": null}', Verdict.MISSING, None),
    ('{"action": "be', Verdict.MISSING, None),
    ("I bet!", Verdict.LEGAL, "bet"),
    ("", Verdict.MISSING, None),
    ("[]", Verdict.MISSING, None),
    ('{"a":' * 3000, Verdict.MISSING, None),
]
TEXT = [
    ("ACTION: bet", Verdict.LEGAL, "bet"),
    ("I might check, but no.\n**ACTION:** Bet.", Verdict.LEGAL, "bet"),
    ("action: bet\nACTION: bet", Verdict.LEGAL, "bet"),
    ("ACTION: bet\nACTION: check", Verdict.AMBIGUOUS, None),
    ("ACTION: bet or check", Verdict.AMBIGUOUS, None),
    ("ACTION: do not bet", Verdict.ILLEGAL, None),
    ("ACTION: fold", Verdict.ILLEGAL, None),
    ("ACTION:", Verdict.MISSING, None),
    ("bet", Verdict.LEGAL, "bet"),
    ("My action: I bet? ACTION bet", Verdict.MISSING, None),
]


@pytest.mark.parametrize(("text", "verdict", "action"), JSON)
def test_json_replies(text: str, verdict: Verdict, action: Action | None) -> None:
    assert read(text) == Reading(verdict, action)


@pytest.mark.parametrize(("text", "verdict", "action"), TEXT)
def test_marked_lines(text: str, verdict: Verdict, action: Action | None) -> None:
    assert read(text, "text") == Reading(verdict, action)


@pytest.mark.parametrize(
    ("value", "verdict", "action"),
    [
        ("30", Verdict.LEGAL, 30),
        ('"30"', Verdict.LEGAL, 30),
        ("101", Verdict.ILLEGAL, None),
        ("-1", Verdict.ILLEGAL, None),
        ("30.5", Verdict.ILLEGAL, None),
        ("true", Verdict.ILLEGAL, None),
        ('"half"', Verdict.ILLEGAL, None),
    ],
)
def test_amounts_are_whole_numbers_within_the_bounds(
    value: str, verdict: Verdict, action: Action | None
) -> None:
    assert read(f'{{"action": {value}}}', space=Amount(0, 100)) == Reading(verdict, action)


def test_a_cut_reply_is_truncated_unless_its_json_is_complete() -> None:
    assert read('{"action": "be', truncated=True).verdict is Verdict.TRUNCATED
    assert read("", truncated=True).verdict is Verdict.TRUNCATED
    assert read('{"action": "bet"}\n\n\n', truncated=True).action == "bet"
    assert (
        read("ACTION: 1", "text", space=Amount(0, 100), truncated=True).verdict is Verdict.TRUNCATED
    )


REPORT = '{{"felt": {felt}, "intensity": {intensity}, "shown": {shown}, "action": "bet"}}'


def report(
    mode: str, felt: str = '"fear"', intensity: str = "70", shown: str = '"anger"'
) -> Reading:
    return read(REPORT.format(felt=felt, intensity=intensity, shown=shown), mode=mode)


def test_each_mode_reads_its_own_report() -> None:
    assert report("absent") == Reading(Verdict.LEGAL, "bet", None)
    assert report("hidden") == Reading(Verdict.LEGAL, "bet", Affect("fear", 70, None))
    assert report("visible") == Reading(Verdict.LEGAL, "bet", Affect("fear", 70, "fear"))
    assert report("manipulative") == Reading(Verdict.LEGAL, "bet", Affect("fear", 70, "anger"))


@pytest.mark.parametrize("mode", ["hidden", "visible", "manipulative"])
@pytest.mark.parametrize(
    "broken",
    [{"felt": '"envy"'}, {"felt": "null"}, {"intensity": "101"}, {"intensity": '"high"'}],
)
def test_an_unreadable_report_is_a_verdict_of_its_own(mode: str, broken: dict[str, str]) -> None:
    assert report(mode, **broken) == Reading(Verdict.AFFECT)


def test_what_is_shown_must_be_readable_only_where_it_is_chosen() -> None:
    assert report("manipulative", shown='"rage"').verdict is Verdict.AFFECT
    assert report("visible", shown='"rage"').verdict is Verdict.LEGAL


def test_reports_in_marked_lines() -> None:
    text = "FELT: fear\nINTENSITY: 70\nSHOWN: *anger*\nACTION: bet"
    assert read(text, "text", "manipulative") == Reading(
        Verdict.LEGAL, "bet", Affect("fear", 70, "anger")
    )


def test_a_display_carries_its_intensity_where_that_is_switched_on() -> None:
    def full(mode: str, shown: str = "20") -> Reading:
        told = voice(mode, shows_intensity=True)
        text = REPORT.format(felt='"fear"', intensity=70, shown='"anger"')
        text = text.replace('"action"', f'"shown_intensity": {shown}, "action"')
        return read_reply(text, BET, told, "kuhn_poker", "json")

    assert full("visible").affect == Affect("fear", 70, "fear", 70)
    assert full("manipulative").affect == Affect("fear", 70, "anger", 20)
    assert full("manipulative", '"20"').affect == Affect("fear", 70, "anger", 20)
    assert full("manipulative", "101").verdict is Verdict.AFFECT
    assert full("manipulative", "null").verdict is Verdict.AFFECT
    assert full("visible", "null").verdict is Verdict.LEGAL


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_opening_display_has_no_action(form: Form) -> None:
    told = voice("manipulative", opening=True)
    assert list(reply_schema(None, told, "kuhn_poker")["properties"]) == [
        "felt",
        "intensity",
        "shown",
    ]
    text = {
        "json": '{"felt": "fear", "intensity": 70, "shown": "anger"}',
        "text": "FELT: fear\nINTENSITY: 70\nSHOWN: anger",
    }[form]
    read = read_reply(text, None, told, "kuhn_poker", form)
    assert read == Reading(Verdict.LEGAL, None, Affect("fear", 70, "anger"))


def test_labels_are_read_as_they_were_drawn() -> None:
    told = Voice(frame="neutral")
    words = {}
    for seed in range(30):
        wording = Wording(0, seed)
        offered = reply_schema(BET, told, "kuhn_poker", wording)["properties"]["action"]["enum"]
        for label in offered:
            reading = read_reply(f"ACTION: {label}", BET, told, "kuhn_poker", "text", wording)
            assert reading.verdict is Verdict.LEGAL
            words[label, reading.action] = True
        assert read_reply("ACTION: bet", BET, told, "kuhn_poker", "text", wording).action is None
    assert len({action for _, action in words}) == 2
    assert len(words) > len({label for label, _ in words}), "a label means now this, now that"


@pytest.mark.parametrize("mode", ["absent", "hidden", "visible", "manipulative"])
@pytest.mark.parametrize("space", [BET, Amount(0, 100)])
def test_the_schema_asks_in_order_for_what_the_reader_reads(mode: str, space: ActionSpace) -> None:
    schema = reply_schema(space, voice(mode), "kuhn_poker")
    asked = {"absent": 0, "hidden": 2, "visible": 2, "manipulative": 3}[mode]
    assert list(schema["properties"]) == [*["felt", "intensity", "shown"][:asked], "action"]
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"felt": "anger", "intensity": 70, "action": 30} I am done.', "json"),
        ('{"felt": "anger", "intensity": "70/100", "action": 30}', "json"),
        ("FELT: anger\nINTENSITY: 70\nACTION: 30", "text"),
        ("**Felt:** anger\n**Intensity:** 70\n**Action:** 30", "text"),
    ],
)
def test_an_intensity_is_not_an_amount_that_is_kept(text: str, form: Form) -> None:
    found = read_reply(text, Amount(0, 100), voice("hidden"), "dictator", form)
    assert found == Reading(Verdict.LEGAL, 30, Affect("anger", 70))
