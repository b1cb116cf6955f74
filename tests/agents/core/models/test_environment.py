import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.core.models.environment import variables

USE = """
import os
before = dict(os.environ)
from agents.core.models.lite import provider_of
from agents.core.models.meter import Meter
from agents.core.models.model import ModelSpec
assert provider_of("gpt-4o-mini") == "openai"
assert os.environ == before, "import"
for model in ("openai/gpt-4o-mini", "anthropic/claude-3-haiku-20240307", "openai/gpt-4"):
    assert Meter(ModelSpec(model=model), local=False).length("two words") > 0
assert os.environ == before, "count"
"""


def test_variables_are_as_before_after_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_KEPT", "old")
    monkeypatch.setenv("ARENA_DELETED", "old")
    before = dict(os.environ)
    with variables(ARENA_KEPT="new", ARENA_GIVEN="new"):
        assert os.environ["ARENA_KEPT"] == os.environ["ARENA_GIVEN"] == "new"
        os.environ["ARENA_SET_WITHIN"] = "new"
        del os.environ["ARENA_DELETED"]
    assert os.environ == before


def test_litellm_leaves_the_environment_as_it_was(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=from-file\n")
    environment = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "", "MISTRAL_API_KEY": ""}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", USE],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
