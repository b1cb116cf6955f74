"""Vectors are made, checked and kept; what cannot be is refused by name."""

import asyncio
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader

from agents.core.models import steering
from arena.report.vectors import vectors_json, vectors_text
from arena.steering.conditions import CONTROLS, Conditions, languages
from arena.steering.directions import Directions, accuracy
from arena.steering.forward import Llama
from arena.steering.making import MakeRequest, export, make
from games import BadInput
from tests import ROOT
from tests.arena.steering.kept import Kept, cache, kept
from tests.arena.steering.tiny import BLOCKS, WIDTH, write


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with kept(tmp_path_factory.mktemp("vectors")) as made:
        yield made


def test_the_manifest_holds_what_was_checked(made: Kept) -> None:
    about = made.vectors.about
    assert about["layers"] == [2, 3]
    assert len(about["accuracy"]) == BLOCKS
    assert all(0 <= each <= 1 for each in about["accuracy"])
    assert about["agreement"] < 0.01, "this model is not rounded"
    assert set(about["cosines"]) == {"anger", "fear", *CONTROLS}
    assert about["cosines"]["anger"]["anger"] == pytest.approx(1, abs=1e-3)
    assert made.vectors.names == ("anger", "fear", *CONTROLS, "random-0", "random-1", "random-2")
    assert made.vectors == steering.VectorSet.current(made.model)
    assert "added in blocks 2 to 3" in vectors_text(made.vectors)
    assert json.loads(vectors_json(made.vectors))["hash"] == made.vectors.hash


def test_all_directions_have_one_length_in_a_block(made: Kept) -> None:
    with np.load(made.vectors.folder / "directions.npz") as kept_directions:
        lengths = [np.linalg.norm(kept_directions[name], axis=1) for name in made.vectors.names]
    assert np.allclose(lengths, lengths[0], rtol=1e-4)


def test_random_directions_turn_from_block_to_block_as_the_others_do() -> None:
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((4, 1, 500))
    raw = 3 * shared + rng.standard_normal((4, 6, 500))
    made = Directions({str(at): each.astype(np.float32) for at, each in enumerate(raw)})

    def alike(rows: np.ndarray) -> float:
        return float(
            np.mean([a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairwise(rows)])
        )

    wanted = np.mean([alike(each) for each in raw])
    drawn = [made.random(seed) for seed in range(20)]
    assert np.mean([alike(each) for each in drawn]) == pytest.approx(wanted, abs=0.03)
    assert (
        abs(np.mean([drawn[0][0] @ other[0] for other in drawn[1:]])) < 0.1 * made.lengths[0] ** 2
    )
    assert np.array_equal(made.random(3), drawn[3])


def test_held_out_words_are_told_by_a_direction_that_is_there() -> None:
    passages = Conditions.read("en").chosen(("anger", "fear")).passages
    rng = np.random.default_rng(2)
    means = {name: rng.standard_normal(16) for name in ("anger", "fear", *CONTROLS)}
    noise = rng.standard_normal((len(passages), 2, 16))
    states = noise + np.stack(
        [np.stack([0 * m, 3 * m]) for m in (means[p.condition] for p in passages)]
    )
    by_chance, told = accuracy(passages, states.astype(np.float32))
    assert by_chance < 0.4
    assert told > 0.95


def test_states_on_file_are_not_computed_again(made: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that was interrupted goes on where it stopped, and comes to the same vectors."""
    files = sorted((steering.folder() / "states").rglob("*.npy"))
    assert len(files) == 15
    for file in files[5:]:
        file.unlink()
    batches = []
    states = Llama.states

    def counted(self: Llama, texts: list[list[int]]) -> np.ndarray:
        batches.append(len(texts))
        return states(self, texts)

    monkeypatch.setattr(Llama, "states", counted)
    told = []
    request = MakeRequest(made.model, ("anger", "fear"), random=3)

    async def in_a_notebook() -> steering.VectorSet:
        """A notebook runs an event loop already."""
        return make(request, lambda done, every: told.append((done, every)))

    again = asyncio.run(in_a_notebook())
    assert [each for each in batches if each > 1] == [8] * 10
    assert told[-1] == (120, 120)
    assert again.hash == made.vectors.hash


def test_a_forward_pass_that_is_not_the_engines_is_refused(
    made: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Llama._turns
    monkeypatch.setattr(Llama, "_turns", lambda self, length: turns(self, length)[::-1])
    with pytest.raises(BadInput, match=r"differs from the engine's by \d\.\d\d .*no vectors are"):
        make(MakeRequest(made.model, ("anger",)), lambda _done, _every: None)


def test_what_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    def nothing(_done: int, _every: int) -> None:
        raise AssertionError

    other = write(tmp_path / "other.gguf", architecture="gemma")
    with cache(tmp_path):
        for request, message in (
            (MakeRequest("openai/gpt-4o"), "embedded models, such as .*, not 'openai/gpt-4o'"),
            (MakeRequest(f"embedded/{other}"), "has the architecture 'gemma': .* 'llama' alone"),
            (MakeRequest("embedded/smollm2", ("angr",)), "unknown emotion of vectors 'angr'"),
            (MakeRequest("embedded/smollm2", language="fr"), "unknown language of vectors 'fr'"),
        ):
            with pytest.raises(BadInput, match=message):
                make(request, nothing)
    with pytest.raises(BadInput, match=r"layers 0-4: .* in blocks from 1 to 29"):
        MakeRequest("embedded/smollm2", layers=(0, 4)).blocks(30)


def test_vectors_are_exported_as_control_vectors(made: Kept, tmp_path: Path) -> None:
    (file,) = export(made.vectors, ["fear"], tmp_path / "new")
    reader = GGUFReader(file)
    architecture = reader.get_field("general.architecture")
    assert architecture is not None
    assert architecture.contents() == "controlvector"
    assert [(each.name, each.data.shape) for each in reader.tensors] == [
        ("direction.2", (WIDTH,)),
        ("direction.3", (WIDTH,)),
    ]
    with pytest.raises(BadInput, match=r"fear\.gguf exists"):
        export(made.vectors, ["fear"], tmp_path / "new")
    with pytest.raises(BadInput, match=r"unknown vector of the set .* 'joy'"):
        export(made.vectors, ["joy"], tmp_path)


def test_files_that_changed_are_refused(made: Kept) -> None:
    made.vectors.check(made.model)
    adapter = made.vectors.adapters[0]
    whole = adapter.read_bytes()
    adapter.write_bytes(whole[:-4] + b"\0\0\0\1")
    with pytest.raises(BadInput, match=r"anger\.gguf is missing or has changed"):
        made.vectors.check(made.model)
    adapter.write_bytes(whole)
    weights = made.path.read_bytes()
    made.path.write_bytes(weights[:-4] + b"\0\0\0\1")
    with pytest.raises(BadInput, match=r"tiny\.gguf has changed since the vectors .* were made"):
        made.vectors.check(made.model)
    with pytest.raises(BadInput, match=r"there are no vectors of .* as its file is now"):
        steering.VectorSet.current(made.model)
    made.path.write_bytes(weights)
    with pytest.raises(BadInput, match=rf"not in the cache .* arena vector make {made.model}, "):
        steering.VectorSet.read("0" * 64, made.model)


def test_texts_are_there_in_three_languages_and_share_no_wording_with_prompts() -> None:
    assert languages() == ("de", "en", "ru")
    prompts = "\n".join(
        file.read_text("utf-8") for file in sorted((ROOT / "prompts" / "texts").rglob("*.toml"))
    )
    known = _runs(prompts)
    for language in languages():
        conditions = Conditions.read(language)
        assert conditions.emotions == (
            "anger", "disgust", "fear", "happiness", "sadness", "surprise",
        )  # fmt: skip
        assert {len(words) for words in conditions.words.values()} == {6}
        assert all(opening.count("{}") == 1 for opening in conditions.openings)
        for passage in conditions.passages:
            assert not _runs(passage.text) & known, passage


def _runs(text: str) -> set[tuple[str, ...]]:
    """All five words in a row."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[at:] for at in range(5)), strict=False))
