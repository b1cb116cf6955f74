"""Weighing: through the real LiteLLM, against a server whose token probabilities are known."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.weights import IN_SITU, Position, Weights, in_situ, tempered
from games import BadInput
from games.core.types import Action
from prompts import Message
from tests.loopback import Loopback, Reply, run
from tests.speaking import Speaker, truth, written

ASKED = Request((Message("user", "Which?"),))
PAIR = ("cooperate", "defect")
BIDS = tuple(f"{n} of {face}" for n in (1, 2) for face in range(1, 7))


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("OPENAI", "DEEPSEEK", "ANTHROPIC", "GROQ"):
        monkeypatch.setenv(f"{provider}_API_KEY", "sk-loopback-0123456789")


def one_line(options: Iterable[Action]) -> dict[Action, str]:
    return {
        each: json.dumps({"action": each}, separators=(",", ":"), ensure_ascii=False)
        for each in options
    }


def weigh(server: Loopback, replies: Mapping[Action, str], **spec: Any) -> Completion | Failure:
    model = LiteModel(ModelSpec(**({"model": "openai/test", "api_base": server.url} | spec)))
    return run(model.weigh(ASKED, replies))


def weights(outcome: Completion | Failure) -> Weights:
    assert isinstance(outcome, Completion), outcome
    assert outcome.weights is not None
    return outcome.weights


# All options, token by token


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        (PAIR, (1, 2, 5)),
        (("cooperate", "contribute", "compete"), (1, 2, 5)),
        (BIDS, (1, 5)),
        (range(101), (1,)),
        (("Ждать", "Жить"), (2, 6)),
    ],
)
@pytest.mark.parametrize("temperature", [None, 0.7])
def test_the_weights_are_the_true_probabilities(
    options: Iterable[Action], sizes: tuple[int, ...], temperature: float | None
) -> None:
    """Of every tokenisation of every option, though 30 % of the mass lies elsewhere."""
    replies = one_line(options)
    follow = written(replies.values(), coverage=0.7, junk=3, sizes=sizes)
    with Loopback(Speaker(follow, replies.values())) as server:
        outcome = weigh(server, replies, temperature=temperature)
        found = weights(outcome)
        assert len(server.requests) == found.passes
    expected = truth(follow, found.frame, replies, temperature or 1)
    assert found.p == pytest.approx(expected, abs=1e-6)
    assert sum(found.p.values()) == pytest.approx(1)
    assert (found.coverage, found.missing) == pytest.approx((0.7, 0))
    assert isinstance(outcome, Completion)
    assert outcome.usage["prompt_tokens"] == 11 * found.passes


def test_a_call_asks_for_one_token_at_temperature_1_behind_the_frame() -> None:
    replies = one_line(PAIR)
    with Loopback(Speaker(written(replies.values()), replies.values())) as server:
        weigh(server, replies, temperature=0.2)
        (body,) = server.bodies
    assert body["messages"][-1] == {"role": "assistant", "content": '{"action":"'}
    asked = (body["max_tokens"], body["temperature"], body["logprobs"], body["top_logprobs"])
    assert asked == (1, 1, True, 20)
    assert "response_format" not in body


def test_options_below_the_list_are_missing_and_so_is_their_mass() -> None:
    """Twenty other tokens are likelier: one option is not seen at all."""

    def follow(text: bytes) -> Mapping[bytes, float]:
        rest = {b"~%02d" % at: 0.02 for at in range(19)}
        return {b"co": 0.4, b"de": 0.01, **rest, b"~x": 0.21} if text.endswith(b'"') else {}

    with Loopback(Speaker(follow, ())) as server:
        outcome = weigh(server, one_line(PAIR), max_unseen=0.5)
        found = weights(outcome)
        assert found.p == {"cooperate": 1.0}
        assert (found.coverage, found.missing) == pytest.approx((0.4, 0.03), abs=1e-9)
        refused = weigh(server, one_line(PAIR), max_unseen=0.02)
    assert isinstance(refused, Failure)
    assert "leave 0.03 of the probability unseen, more than max_unseen = 0.02" in refused.message


def test_half_a_character_leads_nowhere_and_counts_as_unseen() -> None:
    """Ж and Д share their first byte; no prefix can end behind it."""
    replies = one_line(("Ждать", "Дать"))

    def follow(_text: bytes) -> Mapping[bytes, float]:
        return {"Жд".encode(): 0.45, "Да".encode(): 0.45, "Ж".encode()[:1]: 0.1}

    with Loopback(Speaker(follow, ())) as server:
        found = weights(weigh(server, replies, max_unseen=0.2))
        refused = weigh(server, replies)
    assert found.p == pytest.approx({"Ждать": 0.5, "Дать": 0.5})
    assert found.missing == pytest.approx(0.1)
    assert isinstance(refused, Failure)


@pytest.mark.parametrize(("continues", "lists"), [(False, True), (True, False)])
def test_a_server_that_does_not_do_it_is_refused_with_the_reason(
    *, continues: bool, lists: bool
) -> None:
    replies = one_line(PAIR)
    speaker = Speaker(written(replies.values()), replies.values(), continues=continues, lists=lists)
    with Loopback(speaker) as server:
        outcome = weigh(server, replies)
    assert isinstance(outcome, Failure)
    reason = "it lists no token probabilities" if continues else "no option is among the likeliest"
    assert reason in outcome.message


def test_a_failed_call_fails_the_weighing_with_what_was_paid() -> None:
    replies = one_line(("cooperate", "compete", "deny"))
    speaker = Speaker(written(replies.values()), replies.values())

    def script(asked: Mapping[str, Any], number: int) -> Reply:
        return Reply("broken", status=500) if number else speaker(asked, number)

    with Loopback(script) as server:
        outcome = weigh(server, replies)
    assert isinstance(outcome, Failure)
    assert outcome.status == 500


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"model": "anthropic/claude-sonnet-4-5"}, "lists no token probabilities"),
        ({"model": "openai/o1"}, "lists no token probabilities"),
    ],
)
def test_models_without_token_probabilities_are_refused_before_any_call(
    spec: Mapping[str, Any], reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        LiteModel(ModelSpec(decide_by="probabilities", **spec))


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"reasoning_effort": "low"}, "before any reasoning: leave out reasoning_effort = 'low'"),
        ({"top_p": 0.9}, "weighs all options, at a temperature alone: leave out top_p"),
        ({"extra": {"top_k": 40}}, "leave out top_k"),
    ],
)
def test_settings_that_do_not_fit_are_named(setting: Mapping[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        ModelSpec(model="openai/test", decide_by="probabilities", **setting)


# In situ


def tokens(*places: tuple[str | bytes, Mapping[str, float]]) -> list[Position]:
    return [
        Position(
            piece if isinstance(piece, bytes) else piece.encode(),
            tuple((other.encode(), p) for other, p in listed.items()),
        )
        for piece, listed in places
    ]


REPLY = '{"action": "cooperate"}'
OTHER = '{"action": "defect"}'


def test_a_reply_tells_its_options_at_the_token_that_decided() -> None:
    said = tokens(
        ('{"action": "', {'{"action": "': 0.9}),
        ("coop", {"coop": 0.5, "co": 0.1, "def": 0.2, "surrender": 0.1}),
        ('erate"}', {'erate"}': 1.0}),
        ("", {"": 1.0}),
    )
    found = in_situ(said, REPLY, {"cooperate": REPLY, "defect": OTHER}, 1)
    assert found is not None
    assert found.p == pytest.approx({"cooperate": 0.6 / 0.8, "defect": 0.2 / 0.8})
    assert (found.coverage, found.missing) == pytest.approx((0.8, 0.1))
    assert (found.frame, found.how, found.passes) == ('{"action": "', IN_SITU, 0)


def test_a_token_of_several_options_decides_nothing() -> None:
    replies: dict[Action, str] = {
        "call": '{"action":"call"}',
        "cooperate": '{"action":"cooperate"}',
    }
    frame = ('{"action":"', {'{"action":"': 1.0})
    listed = {"c": 0.3, "call": 0.4, "coop": 0.2}
    drawn = tokens(frame, ("c", listed), ('all"}', {'all"}': 1.0}))
    assert in_situ(drawn, replies["call"], replies, 1) is None
    sole = in_situ(
        tokens(frame, ("call", listed), ('"}', {'"}': 1.0})), replies["call"], replies, 1
    )
    assert sole is not None
    assert sole.p == pytest.approx({"call": 2 / 3, "cooperate": 1 / 3})
    assert sole.missing == pytest.approx(0.1 + 0.3), "the shared token's mass counts as unseen"


def test_thoughts_around_the_text_and_tokens_across_its_beginning() -> None:
    replies: dict[Action, str] = {"cooperate": REPLY, "defect": OTHER}
    decided = ("cooperate", {"cooperate": 0.5, "defect": 0.5})
    thought = tokens(("Hm, ", {}), ('{"action": "', {}), decided, ('"}', {}))
    found = in_situ(thought, REPLY, replies, 1)
    assert found is not None
    assert found.frame == '{"action": "'
    assert in_situ(tokens(("another text", {})), REPLY, replies, 1) is None
    assert in_situ(tokens((REPLY, {REPLY: 0.5, OTHER: 0.5})), REPLY, replies, 1) is not None
    assert in_situ(tokens(("- " + REPLY, {})), REPLY, replies, 1) is None


def test_a_token_may_be_half_a_character() -> None:
    replies: dict[Action, str] = {"wait": '{"action":"Ждать"}', "give": '{"action":"Дать"}'}
    both, own = "Ж".encode()[:1], "Ж".encode()[1:]
    said = [
        Position(b'{"action":"', ((b'{"action":"', 1.0),)),
        Position(both, ((both, 0.9), ("Да".encode(), 0.001))),
        Position(own, ((own, 0.4), ("Д".encode()[1:], 0.6))),
        Position('дать"}'.encode(), ()),
    ]
    found = in_situ(said, replies["wait"], replies, 1)
    assert found is not None
    assert found.p == pytest.approx({"wait": 0.4, "give": 0.6})


def test_a_temperature_is_applied_to_the_legal_tokens() -> None:
    assert tempered([0.2, 0.1], 0.5) == pytest.approx([0.8, 0.2])
    assert tempered([0.1, 0.2], 0) == [0.0, 1.0]
    assert tempered([0.3, 0.3], 1) == [0.5, 0.5]


def test_a_draw_follows_the_weights() -> None:
    found = Weights({"a": 0.2, "b": 0.0, "c": 0.8}, 1, 0, "", IN_SITU)
    assert [found.draw(at) for at in (0, 0.19, 0.2, 0.999999)] == ["a", "a", "c", "c"]
    assert Weights({"a": 0.5, "b": 0.5 - 1e-12}, 1, 0, "", IN_SITU).draw(1 - 1e-13) == "b"
    assert Weights.of(json.loads(json.dumps(found.plain()))) == found


# What is asked for by default


@pytest.mark.parametrize(
    ("model", "listed"),
    [("openai/test", 20), ("deepseek/deepseek-chat", 20), ("anthropic/claude-sonnet-4-5", None)],
)
def test_lists_are_asked_for_where_they_are_given(model: str, listed: int | None) -> None:
    with Loopback([Reply("5")]) as server:
        spec = ModelSpec(model=model, api_base=server.url)
        run(LiteModel(spec).complete(ASKED))
        (body,) = server.bodies
    assert body.get("top_logprobs") == listed


def test_lists_of_another_temperature_than_1_tell_nothing_of_what_was_drawn() -> None:
    replies = one_line(PAIR)
    with Loopback(Speaker(written(replies.values()), replies.values())) as server:
        spec = ModelSpec(model="openai/test", api_base=server.url)
        usual = run(LiteModel(spec).complete(ASKED))
        cold = spec.model_copy(update={"temperature": 0.5})
        assert isinstance(usual, Completion)
        assert usual.tokens
        done = run(LiteModel(cold).complete(ASKED))
        assert isinstance(done, Completion)
        assert not done.tokens
