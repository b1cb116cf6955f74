"""LiteLLM's routes: a conversation arrives with each message under its own role, or not at all."""

import json

import pytest

from agents.core.access.routes import route_note
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, ModelSpec, Request
from games import BadInput
from prompts import Message
from tests.loopback import Loopback, Reply, run

TALK = (
    Message("system", "RULES"),
    Message("user", "Your move?"),
    Message("assistant", "ACTION: maybe"),
    Message("user", "Again, please."),
)
SAID = {"role": "assistant", "content": "ACTION: bet"}
OLLAMA = {"model": "x", "message": SAID, "done": True, "done_reason": "stop"} | {
    "prompt_eval_count": 1,
    "eval_count": 1,
}
GLUED = {
    "text-completion-openai/davinci-002": "openai/",
    "gpt-3.5-turbo-instruct": "openai/",
    "azure_text/mine": "azure/",
    "text-completion-codestral/codestral-latest": "codestral/",
    "watsonx_text/granite": "watsonx/",
    "sagemaker/mine": "sagemaker_chat/",
    "vllm/mine": "hosted_vllm/",
    "triton/mine": "hosted_vllm/",
    "oobabooga/mine": "api_base",
    "predibase/mine": "api_base",
    "replicate/meta/llama-2-70b-chat": "openrouter/",
    "petals/mine": "openrouter/",
    "nlp_cloud/dolphin": "openrouter/",
    "langflow/mine": "openrouter/",
    "bedrock/mistral.mistral-7b-instruct-v0:2": "bedrock/converse/",
    "bedrock/invoke/meta.llama3-8b-instruct-v1:0": "bedrock/converse/",
    "bedrock/agent/mine": "bedrock/converse/",
}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_OWN_KEY", "sk-loopback")


@pytest.mark.parametrize("name", ["ollama/llama3.2", "ollama_chat/llama3.2"])
def test_ollama_gets_each_message_with_its_role(name: str) -> None:
    with Loopback([Reply(body=json.dumps(OLLAMA).encode())]) as server:
        base = server.url.removesuffix("/v1")
        done = run(LiteModel(ModelSpec(model=name, api_base=base)).complete(Request(TALK)))
        (sent,) = server.bodies
    assert isinstance(done, Completion)
    assert (done.text, done.stop) == ("ACTION: bet", "stop")
    got = [(message["role"], message["content"]) for message in sent["messages"]]
    assert got == [(message.role, message.content) for message in TALK]


def test_another_name_on_the_wire_is_told() -> None:
    said = route_note("ollama/llama3.2")
    assert said is not None
    assert "ollama/llama3.2 is reached as ollama_chat/" in said
    for name in ("ollama_chat/llama3.2", "openai/gpt-4o-mini", "embedded/smollm2", "gpt-4o"):
        assert route_note(name) is None


@pytest.mark.parametrize("name", GLUED)
def test_a_route_that_glues_a_conversation_is_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(BadInput, match=f"model '{name}' cannot be used") as refused:
        LiteModel(ModelSpec(model=name, api_key_env="MY_OWN_KEY"))
    assert GLUED[name] in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "bedrock/converse/mistral.mistral-7b-instruct-v0:2",
        "bedrock/amazon.nova-lite-v1:0",
        "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
        "huggingface/together/x",
        "cohere_chat/command-r",
        "sagemaker_chat/mine",
        "hosted_vllm/mine",
        "codestral/mine",
    ],
)
def test_routes_that_keep_messages_apart_are_taken(name: str) -> None:
    spec = ModelSpec(model=name, api_key_env="MY_OWN_KEY", api_base="http://127.0.0.1:9")
    assert LiteModel(spec).name == name
