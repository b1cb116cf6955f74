"""What a user is told about an agent that cannot be loaded."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

import agents
from agents.core.parse import parse
from agents.core.spec import AgentSpec
from games import BadInput

MODEL = {"model": "openai/test"}


def error(kind: str, params: dict[str, Any], where: str | None = None) -> str:
    """The message, after a look at its form."""
    with pytest.raises(BadInput) as caught:
        agents.load(kind, params, where)
    message = str(caught.value)
    assert "\n" not in message
    assert "pydantic" not in message
    return message


def test_every_kind_is_loaded_by_the_name_of_its_file() -> None:
    assert {"equilibrium", "fixed", "llm", "tit_for_tat", "uniform"} <= set(agents.available())
    for name in agents.available():
        assert issubclass(agents.kind(name), AgentSpec)


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    message = error("tit_for_tatt", {})
    assert message.startswith("unknown agent 'tit_for_tatt'; did you mean 'tit_for_tat'?")
    assert "equilibrium" in message


def test_machinery_is_no_kind_of_agent() -> None:
    assert error("core", {}).startswith("unknown agent 'core'")


@pytest.mark.parametrize(
    ("params", "place", "key", "nearest"),
    [
        ({"temprature": 1}, "agent llm", "temprature", "temperature"),
        ({"modell": "x"}, "agent llm", "modell", "model"),
        ({"emotion": {"mod": "hidden"}}, "agent llm emotion", "mod", "mode"),
        ({"emotion": {"percieves": True}}, "agent llm emotion", "percieves", "perceives"),
    ],
)
def test_an_unknown_key_is_named_with_its_place_and_the_nearest(
    params: dict[str, Any], place: str, key: str, nearest: str
) -> None:
    message = error("llm", MODEL | params)
    assert message.startswith(f"unknown key in {place} {key!r}; did you mean {nearest!r}?")


def test_the_keys_that_would_be_right_are_those_of_the_place() -> None:
    assert error("llm", MODEL | {"emotion": {"x": 1}}).endswith(
        "(known: cause, chooses, demand, direction, dose, induced, intensity, means, mixture, "
        "mode, opening, perceives, report, shows, shows_intensity, state, told, vectors)"
    )
    assert error("uniform", {"x": 1}).endswith("(known: says, states)")


def test_a_strategy_has_no_keys_but_those_it_states() -> None:
    assert "'machine'" in error("tit_for_tat", {"machine": {}})
    assert "'model'" in error("equilibrium", MODEL)


@pytest.mark.parametrize(
    ("params", "key", "value"),
    [
        ({"emotion": {"mode": "hiden"}}, "emotion.mode", "'hiden'"),
        ({"emotion": {"induced": "anger", "cause": "nobody"}}, "emotion.cause", "'nobody'"),
        ({"emotion": {"perceives": "maybe"}}, "emotion.perceives", "'maybe'"),
        ({"emotion": "hidden"}, "emotion", "'hidden'"),
        ({"form": "xml"}, "form", "'xml'"),
        ({"temperature": "hot"}, "temperature", "'hot'"),
        ({"temperature": -0.5}, "temperature", "-0.5"),
        ({"temperature": float("nan")}, "temperature", "nan"),
        ({"top_p": 0}, "top_p", "0"),
        ({"top_p": 1.5}, "top_p", "1.5"),
        ({"max_tokens": 0}, "max_tokens", "0"),
        ({"max_tokens": 10.5}, "max_tokens", "10.5"),
        ({"timeout": 0}, "timeout", "0"),
        ({"reasks": -1}, "reasks", "-1"),
        ({"retries": 1.5}, "retries", "1.5"),
        ({"seeded": "perhaps"}, "seeded", "'perhaps'"),
        ({"extra": "top_k=3"}, "extra", "'top_k=3'"),
        ({"model": ""}, "model", "''"),
        ({"model": 3}, "model", "3"),
        ({"api_base": 8000}, "api_base", "8000"),
    ],
)
def test_a_wrong_value_is_told_with_its_key(params: dict[str, Any], key: str, value: str) -> None:
    message = error("llm", MODEL | params)
    assert message.startswith(f"agent llm: {key}: ")
    assert message.endswith(f", not {value}")


def test_the_values_that_would_be_right_are_told() -> None:
    message = error("llm", MODEL | {"emotion": {"mode": "hiden"}})
    assert all(f"'{mode}'" in message for mode in ("absent", "hidden", "visible", "manipulative"))
    assert "greater than or equal to 0" in error("llm", MODEL | {"temperature": -1})


def test_a_missing_key_is_named() -> None:
    assert error("llm", {}) == "agent llm: model: field required"
    assert error("fixed", {}) == "agent fixed: actions: field required"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"emotion": {"induced": "joy"}}, "emotion.induced: must be one of anger, .*happiness"),
        ({"emotion": {"cause": "external"}}, "emotion: cause 'external' needs an induced emotion"),
        ({"emotion": {"told": False}}, "emotion: told = false belongs to mode visible"),
        ({"language": "tlh"}, "language: must be one of .*en"),
    ],
)
def test_values_that_do_not_fit_together_are_told(params: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=f"^agent llm: {told}"):
        agents.load("llm", MODEL | params)


@pytest.mark.parametrize(
    ("params", "value"), [({"emotion": {"induced": "joy"}}, "joy"), ({"language": "tlh"}, "tlh")]
)
def test_a_word_that_no_text_knows_is_told(params: dict[str, Any], value: str) -> None:
    assert repr(value) in error("llm", MODEL | params)


@pytest.mark.parametrize(
    "key", ["model", "messages", "stream", "n", "num_retries", "timeout", "api_key"]
)
def test_what_the_program_sets_is_no_extra_argument(key: str) -> None:
    message = error("llm", MODEL | {"extra": {key: True}})
    assert message.startswith(f"agent llm: extra: {key} is not free to choose")


@pytest.mark.parametrize("actions", [[], "bet", 3, {"bet": 1}, ["bet", None], ["bet", 1.5]])
def test_a_list_of_actions_must_be_one(actions: Any) -> None:
    assert error("fixed", {"actions": actions}).startswith("agent fixed: actions")


def test_a_wrong_item_of_a_list_is_named_by_its_place() -> None:
    assert error("fixed", {"actions": ["bet", 1.5]}).startswith("agent fixed: actions.1: ")


@pytest.mark.parametrize("alpha", [-0.01, 0.34, float("nan"), "a third"])
def test_no_equilibrium_bluffs_more_than_a_third(alpha: Any) -> None:
    assert error("equilibrium", {"alpha": alpha}).endswith(f", not {alpha!r}")


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("llm", MODEL | {"max_tokens": True}),
        ("llm", MODEL | {"reasks": "2"}),
        ("llm", MODEL | {"seeded": "yes"}),
        ("llm", MODEL | {"temperature": "0.5"}),
        ("fixed", {"actions": [True]}),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, params: dict[str, Any]) -> None:
    error(kind, params)


def test_the_place_is_called_what_the_user_calls_it() -> None:
    assert error("llm", {}, "contestant 'cautious'") == (
        "contestant 'cautious': model: field required"
    )
    assert error("llm", MODEL | {"x": 1}, "contestant 'cautious'").startswith(
        "unknown key in contestant 'cautious' 'x'"
    )


def test_parameters_are_kept_as_written() -> None:
    assert agents.load("fixed", {"actions": ["bet", 3]}).content() == {"actions": ["bet", 3]}
    assert agents.load("equilibrium", {"alpha": 0.25}).content() == {
        "alpha": 0.25,
        "iterations": 1000,
    }


def test_a_loaded_agent_cannot_be_changed() -> None:
    spec = agents.load("equilibrium")
    with pytest.raises(ValueError, match="frozen"):
        spec.alpha = 0.1  # type: ignore[attr-defined]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 1


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: tuple[_Item, ...] = ()
    last: _Item | None = None


def test_keys_within_lists_are_named_with_their_place() -> None:
    with pytest.raises(BadInput, match=r"^unknown key in x items 1 'sise'; did you mean 'size'\?"):
        parse(_List, {"items": [{}, {"sise": 3}]}, "x")
    with pytest.raises(BadInput, match=r"^x: items\.0\.size: .*, not 'big'$"):
        parse(_List, {"items": [{"size": "big"}]}, "x")


def test_keys_within_what_may_be_left_out_are_named_with_their_place() -> None:
    with pytest.raises(BadInput, match=r"^unknown key in x last 'sise'; did you mean 'size'\?"):
        parse(_List, {"last": {"sise": 3}}, "x")
