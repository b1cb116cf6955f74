"""Keys go to their provider's own hosts, and elsewhere only if design and user both say so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from agents.core.access.providers import ROUTES
from agents.core.models.keys import Allowed, Destination, allow_always, allowed_file
from agents.core.models.lite import LiteModel, where
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from games import BadInput
from prompts import Message
from tests.loopback import ELSEWHERE, Loopback, Reply, run

ASKED = Request((Message("user", "Your move?"),))
KEYS = {
    "ANTHROPIC_API_KEY": "canary-anthropic",
    "AZURE_API_KEY": "canary-azure",
    "AZURE_AD_TOKEN": "canary-azure-ad",
    "GEMINI_API_KEY": "canary-gemini",
    "GOOGLE_API_KEY": "canary-google",
    "GROQ_API_KEY": "canary-groq",
    "HF_TOKEN": "canary-hugging-face",
    "MISTRAL_API_KEY": "canary-mistral",
    "OLLAMA_API_KEY": "canary-ollama",
    "OPENAI_API_KEY": "canary-openai",
    "OPENROUTER_API_KEY": "canary-openrouter",
    "MY_OWN_KEY": "canary-mine",
}
ADDRESSES = ("OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "AZURE_API_BASE")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def to(model: str = "openai/m", *allow: str, **spec: Any) -> Destination:
    return where(ModelSpec(model=model, **spec), Allowed().with_options(allow))


@contextmanager
def listener(*, status: int = 400, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A server of any protocol: its base address, and all that every request to it held."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            heard.append(f"{self.path}\n{self.headers}\n{body.decode()}")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "2"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST  # noqa: N815 - the name that the library calls

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", heard
        finally:
            server.shutdown()
            thread.join()


def ask(model: str, address: str, *allow: str, **spec: Any) -> Completion | Failure:
    lite = ModelSpec(model=model, api_base=address, **spec)
    return run(LiteModel(lite, allowed=Allowed().with_options(allow)).complete(ASKED))


# Where keys go


@pytest.mark.parametrize(
    ("model", "host", "variable"),
    [
        ("openai/gpt-4o-mini", "api.openai.com", "OPENAI_API_KEY"),
        ("gpt-4o-mini", "api.openai.com", "OPENAI_API_KEY"),
        ("anthropic/claude-x", "api.anthropic.com", "ANTHROPIC_API_KEY"),
        ("gemini/gemini-2.0-flash", "generativelanguage.googleapis.com", "GOOGLE_API_KEY"),
        ("openrouter/meta-llama/x", "openrouter.ai", "OPENROUTER_API_KEY"),
        ("huggingface/together/x", "router.huggingface.co", "HF_TOKEN"),
    ],
)
def test_a_provider_gets_its_own_key(model: str, host: str, variable: str) -> None:
    assert to(model) == Destination(model, host, variable, allowed=True)
    assert LiteModel(ModelSpec(model=model)).wire["api_key"] == KEYS[variable]


@pytest.mark.parametrize(
    ("model", "address", "variable"),
    [
        ("openai/m", "https://eu.api.openai.com/v1", "OPENAI_API_KEY"),
        ("azure/mine", "https://mine.openai.azure.com", "AZURE_API_KEY"),
        ("openai/m", "https://API.OpenAI.com/v1", "OPENAI_API_KEY"),
    ],
)
def test_an_own_host_may_be_named(model: str, address: str, variable: str) -> None:
    found = to(model, api_base=address)
    assert (found.variable, found.allowed) == (variable, True)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com.example.org/v1",
        "https://example.org/api.openai.com/v1",
        "https://xapi.openai.com/v1",
        "https://example.org/?https://api.openai.com",
        "https://api.anthropic.com/v1",
        "https://127.0.0.1.example.org/v1",
        "https://localhost.example.org/v1",
        "http://api.openai.com/v1",
    ],
)
def test_other_hosts_get_no_key_by_themselves(address: str) -> None:
    found = to(api_base=address)
    assert (found.variable, found.withheld) == (None, "OPENAI_API_KEY")
    assert LiteModel(ModelSpec(model="openai/m", api_base=address)).wire["api_key"] == "none"
    assert "without a key: OPENAI_API_KEY is for its provider's own hosts" in found.remark


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "http://[::1]:9", "http://localhost"])
def test_this_machine_needs_no_leave(address: str) -> None:
    assert to(api_base=address).variable is None
    found = to(api_base=address, api_key_env="MY_OWN_KEY")
    assert (found.variable, found.allowed, found.remark) == ("MY_OWN_KEY", True, "")


ROUTED = (
    "bedrock/converse",
    "databricks",
    "openai",
    "anthropic",
    "gemini",
    "openrouter",
    "mistral",
    "groq",
    "ollama_chat",
    "azure",
)


@pytest.mark.parametrize("route", ROUTED)
def test_a_server_on_this_machine_gets_the_key_that_is_named_or_none(route: str) -> None:
    extra = {"api_version": "2024-10-21"} if route == "azure" else {}
    with listener() as (address, heard):
        ask(f"{route}/m", address, extra=extra)
        ask(f"{route}/m", address, extra=extra, api_key_env="MY_OWN_KEY")
    assert [request.count("canary") for request in heard] == [0, 1]
    assert "canary-mine" in heard[1]


@pytest.mark.soak
def test_no_route_of_litellm_sends_a_key_to_a_server_that_none_is_named_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import litellm  # noqa: PLC0415 - it takes seconds

    routes = {str(getattr(name, "value", name)) for name in litellm.provider_list}
    for route in routes:
        monkeypatch.setenv(f"{route.upper().replace('-', '_')}_API_KEY", f"canary-{route}")
    reached = set()
    for route in sorted(routes - {"vllm", "petals"}):  # these run inside this process
        with listener() as (address, heard):
            try:
                ask(f"{route}/m", address, extra={"drop_params": True}, timeout=5)
            except BadInput:
                continue
        assert "canary" not in str(heard), route
        reached |= {route} if heard else set()
    assert len(reached) > 80


@pytest.mark.parametrize(
    "model", ["vertex_ai/gemini-2.0-flash", "gigachat/x", "oci/x", "sap/x", "watsonx/x"]
)
def test_credentials_of_the_machine_follow_no_address(model: str) -> None:
    for address in ("http://127.0.0.1:9", "https://llm.example.org"):
        with pytest.raises(BadInput, match=f"model '{model}' takes no api_base"):
            LiteModel(ModelSpec(model=model, api_base=address))


# Leave of the user


@pytest.mark.usefixtures("elsewhere")
def test_a_key_goes_elsewhere_if_design_and_user_say_so() -> None:
    with listener() as (address, heard):
        there = address.replace("127.0.0.1", ELSEWHERE)
        for allow in (ELSEWHERE, f"{ELSEWHERE}=MY_OWN_KEY", f"{ELSEWHERE.upper()}=MY_OWN_KEY"):
            ask("openai/m", there, allow, api_key_env="MY_OWN_KEY")
        assert [request.count("Bearer canary-mine") for request in heard] == [1, 1, 1]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "allow", [[], ["example.org"], [f"{ELSEWHERE}=OTHER_KEY"], ["other.example.org"]]
)
def test_without_leave_nothing_is_sent(allow: list[str]) -> None:
    with listener() as (address, heard):
        there = address.replace("127.0.0.1", ELSEWHERE)
        line = f"the key in MY_OWN_KEY to {ELSEWHERE}: allow it with --allow {ELSEWHERE}=MY_OWN_KEY"
        with pytest.raises(BadInput, match=line):
            ask("openai/m", there, *allow, api_key_env="MY_OWN_KEY")
        assert heard == []


@pytest.mark.parametrize("variable", ["MY_OWN_KEY", "ANTHROPIC_API_KEY", "GITHUB_TOKEN"])
def test_a_provider_gets_another_s_key_only_with_leave(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "canary-of-another")
    spec = ModelSpec(model="openai/m", api_key_env=variable)
    with pytest.raises(BadInput, match=f"the key in {variable} to api.openai.com"):
        LiteModel(spec)
    allowed = Allowed().with_options([f"api.openai.com={variable}"])
    assert LiteModel(spec, allowed=allowed).wire["api_key"] == os.environ[variable]


def test_a_host_without_leave_is_none_of_the_user_s_file_either() -> None:
    spec = ModelSpec(model="openai/m", api_base=f"https://{ELSEWHERE}", api_key_env="MY_OWN_KEY")
    with pytest.raises(BadInput, match=str(allowed_file())):
        LiteModel(spec)
    allow_always(ELSEWHERE, "MY_OWN_KEY")
    allow_always("other.example.org", "OTHER_KEY")
    assert LiteModel(spec).wire["api_key"] == "canary-mine"
    assert Allowed.read().covers("other.example.org", "OTHER_KEY")
    assert not Allowed.read().covers("other.example.org", "MY_OWN_KEY")
    assert allowed_file().stat().st_mode & 0o077 == 0, "it is the user's own"


@pytest.mark.parametrize("text", ["allow = 3", "[[allow]]\nhost = 'x'", "allow = [", "allow = [1]"])
def test_a_file_of_pairs_that_cannot_be_read_is_bad_input(text: str) -> None:
    allowed_file().parent.mkdir(parents=True)
    allowed_file().write_text(text)
    with pytest.raises(BadInput, match=r"allowed\.toml cannot be read: each pair is"):
        Allowed.read()


@pytest.mark.parametrize("text", ["", "=MY_KEY", "https://x.org", "x.org=", "x.org=PATH"])
def test_an_option_that_names_no_pair_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput, match="--allow takes HOST or HOST=VARIABLE"):
        Allowed().with_options([text])


# The user's own environment


def test_an_address_in_the_environment_is_the_user_s_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", f"https://{ELSEWHERE}/v1")
    found = to()
    assert (found.host, found.variable, found.allowed) == (ELSEWHERE, "OPENAI_API_KEY", True)
    assert found.remark == (
        f"model 'openai/m' is called at {ELSEWHERE}, as OPENAI_API_BASE says, and is sent the key "
        "in OPENAI_API_KEY"
    )
    named = to(api_base=f"https://{ELSEWHERE}/v2")
    assert named.variable == "OPENAI_API_KEY", "the user's environment names this host, too"


def test_an_address_on_this_machine_gets_no_key_whoever_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Loopback(["yes"]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        run(LiteModel(ModelSpec(model="openai/m")).complete(ASKED))
        assert server.requests[0].headers["authorization"] == "Bearer none"


def test_known_routes_are_litellm_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LiteLLM tells a route's usual address, the host is the provider's by our table."""
    import litellm  # noqa: PLC0415 - it takes seconds

    for name in [name for name in os.environ if name.endswith(("_API_BASE", "_BASE_URL"))]:
        monkeypatch.delenv(name)
    checked = 0
    for name, way in ROUTES.items():
        assert name in {str(getattr(known, "value", known)) for known in litellm.provider_list}
        if not way.ambient:
            address = litellm.get_llm_provider(model=f"{name}/m")[3]
            assert address is None or to(f"{name}/m", api_base=address).host in way.hosts
            checked += address is not None
    assert checked > 20


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("model", ["openai/m", "anthropic/m", "gemini/m"])
def test_a_redirect_to_another_host_is_not_followed(model: str, status: int) -> None:
    with listener() as (there, heard), listener(status=status, Location=there) as (address, asked):
        failed = ask(model, address, api_key_env="MY_OWN_KEY")
        assert (len(asked), heard) == (1, [])
    assert isinstance(failed, Failure)
    assert f"127.0.0.1 redirects ({status}) to 127.0.0.1:" in failed.message
    assert failed.hopeless


def test_a_redirect_within_a_server_is_followed() -> None:
    moved = Reply(status=307, body=b"", headers={"Location": "/v2/chat/completions"})
    with Loopback([moved, "yes"]) as server:
        done = ask("openai/m", server.url)
    assert isinstance(done, Completion)
    assert done.text == "yes"
