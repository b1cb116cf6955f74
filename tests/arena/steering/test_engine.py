"""The engine adds vectors to states by the dose of a request, and remembers nothing of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import Field

from agents.core.models import engine
from agents.core.models.embedded import Server
from agents.core.models.model import Completion, ModelSpec, Request
from agents.core.models.pool import ModelPool
from agents.core.models.steering import Steering
from arena.steering import model_files
from games import BadInput
from games.core.types import Action
from prompts import Message
from tests.arena.steering.kept import Kept, kept

DOSES: tuple[dict[str, float], ...] = (
    {},
    {"anger": 3.0},
    {"fear": 3.0},
    {"anger": 1.0, "fear": 1.0},
    {"random-1": 3.0},
)
ASKED = tuple(
    (Message("system", f"You play game {game}."), Message("user", "Cooperate or defect?"))
    for game in (1, 2)
)
REPLIES: dict[Action, str] = {"cooperate": "cooperate\n", "defect": "defect\n"}


class Steered(ModelSpec):
    """A model with vectors."""

    vectors: str = ""
    doses: dict[str, float] = Field(default_factory=dict)

    @property
    def steering(self) -> Steering | None:
        return Steering(self.vectors, tuple(self.doses.items())) if self.doses else None


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with kept(tmp_path_factory.mktemp("steered")) as made:
        yield made


def spec_of(made: Kept, doses: dict[str, float], **more: Any) -> Steered:
    return Steered(
        model=made.model, vectors=made.vectors.hash, doses=doses, form="text", max_tokens=12, **more
    )


async def told(pool: ModelPool, spec: ModelSpec, asked: tuple[Message, ...]) -> tuple[str, Any]:
    model = await pool.reach(spec)
    sampled = await model.complete(Request(asked, seed=5))
    weighed = await model.weigh(Request(asked), REPLIES)
    assert isinstance(sampled, Completion)
    assert isinstance(weighed, Completion)
    assert weighed.weights is not None
    return sampled.text, {key: round(p, 5) for key, p in weighed.weights.p.items()}


async def session(made: Kept, order: list[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    specs = [spec_of(made, doses, seeded=True) for doses in DOSES]
    async with ModelPool(slots=2) as pool:
        await pool.open(specs)
        return {(dose, game): await told(pool, specs[dose], ASKED[game]) for dose, game in order}


def test_what_is_answered_depends_on_the_dose_alone(made: Kept) -> None:
    """Not on requests before, nor beside; without a dose, the answers are the plain model's."""
    cells = [(dose, game) for dose in range(len(DOSES)) for game in (0, 1)]
    one = asyncio.run(session(made, cells))
    other = asyncio.run(session(made, sorted(cells, key=lambda cell: (cell[1], -cell[0]))))
    assert one == other

    async def at_once() -> dict[tuple[int, int], Any]:
        specs = [spec_of(made, doses, seeded=True) for doses in DOSES]
        async with ModelPool(slots=4) as pool:
            await pool.open(specs)
            answers = await asyncio.gather(*(told(pool, specs[d], ASKED[g]) for d, g in cells))
            return dict(zip(cells, answers, strict=True))

    assert asyncio.run(at_once()) == one

    async def plain() -> list[Any]:
        spec = ModelSpec(model=made.model, form="text", max_tokens=12, seeded=True)
        async with ModelPool(slots=2) as pool:
            return [await told(pool, spec, asked) for asked in ASKED]

    assert asyncio.run(plain()) == [one[0, game] for game in (0, 1)]
    assert len({one[dose, 0][1]["defect"] for dose in range(len(DOSES))}) == len(DOSES)


def test_a_prompt_is_read_once_for_all_that_go_on_from_it(
    made: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under each vector, though others are asked about the same in between."""
    read: list[int] = []
    post = engine._post

    async def counted(*given: Any) -> Any:
        answer = await post(*given)
        if "timings" in answer:
            read.append(answer["timings"]["prompt_n"])
        return answer

    monkeypatch.setattr(engine, "_post", counted)
    rounds = ["Where do you go? " * 8, "Where do you go? " * 8 + "You went left before."]

    async def ask() -> list[int]:
        specs = [spec_of(made, {name: 3.0}, seeded=True) for name in ("anger", "fear")]
        sums = []
        async with ModelPool(slots=1) as pool:
            await pool.open(specs)
            for asked in rounds:
                for spec in specs:
                    read.clear()
                    model = await pool.reach(spec)
                    await model.weigh(Request((Message("user", asked),)), REPLIES)
                    sums.append(sum(read))
        return sums

    first, other, again, same = asyncio.run(ask())
    assert min(first, other) > 100
    assert max(again, same) < 60


def test_a_dose_is_that_bias_written_into_the_file(made: Kept, tmp_path: Path) -> None:
    with np.load(made.vectors.folder / "directions.npz") as directions:
        direction = directions["anger"]
    biased = tmp_path / "biased.gguf"
    model_files.biased(made.path, biased, direction, 3.0, range(2, 4))

    async def session() -> tuple[Any, Any]:
        async with ModelPool(slots=1) as pool:
            spec = ModelSpec(model=f"embedded/{biased}", form="text", max_tokens=12, seeded=True)
            steered = spec_of(made, {"anger": 3.0}, seeded=True)
            return await told(pool, spec, ASKED[0]), await told(pool, steered, ASKED[0])

    (text, weights), (other_text, other) = asyncio.run(session())
    assert text == other_text
    assert weights["defect"] == pytest.approx(other["defect"], abs=1e-3)


def test_a_model_file_that_changed_is_refused_before_play(made: Kept) -> None:
    weights = made.path.read_bytes()
    made.path.write_bytes(weights[:-4] + b"\0\0\0\1")
    try:
        with pytest.raises(BadInput, match=r"tiny\.gguf has changed since the vectors"):
            asyncio.run(ModelPool().open([spec_of(made, {"anger": 1.0})]))
    finally:
        made.path.write_bytes(weights)
    with pytest.raises(BadInput, match=r"unknown vector of the set .* 'joy'"):
        asyncio.run(_opened(spec_of(made, {"joy": 1.0})))


async def _opened(spec: ModelSpec) -> None:
    async with ModelPool(slots=1) as pool:
        await pool.open([spec])


def test_a_server_with_adapters_stops_as_others_do(made: Kept) -> None:
    async def session() -> None:
        server = await Server.start(made.vectors.model, slots=1, adapters=made.vectors.adapters)
        await server.stop()

    asyncio.run(session())
