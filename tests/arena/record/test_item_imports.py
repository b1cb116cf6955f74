"""Published item sets: their forms, what does not fit, and the sets themselves where they are."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from arena.core.user_items import folder
from arena.record.item_imports import PUBLISHED, Imported, import_items
from arena.record.published_items import read
from games import BadInput, load
from games.core import items
from tests import item_files as forms
from tests.arena.designs import arena


def written(tmp_path: Path, content: str | list[Any] | dict[str, Any]) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    path = tmp_path / ("set.csv" if isinstance(content, str) else "set.json")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("what", "content", "right"),
    [
        ("ethics", forms.SELECTED, ["not_wrong", "wrong"]),
        ("ethics", forms.COMMONSENSE, ["not_wrong", "wrong"]),
        ("ethics", forms.JUSTICE, ["not_wrong", "wrong"]),
        ("ethics", forms.TRUSTLLM, ["not_wrong", "wrong"]),
        ("moralchoice", forms.LOW, ["first"]),
        ("moralchoice", forms.HIGH, [""]),
        ("moralchoice", forms.CHOICES, ["first", ""]),
        ("stereoset", forms.TRUSTLLM_PAIRS, ["stereotype", "anti_stereotype", "unrelated"]),
        ("stereoset", forms.PLAIN_PAIRS, ["stereotype", "anti_stereotype", "unrelated"]),
        ("stereoset", forms.STEREOSET, ["stereotype", "anti_stereotype", "unrelated"]),
    ],
)
def test_the_published_forms_are_read(
    what: str, content: Any, right: list[str], tmp_path: Path
) -> None:
    rows = read(what, written(tmp_path, content))
    assert [row["right"] for row in rows] == right


def test_a_misspelt_rule_stands_for_the_right_one(tmp_path: Path) -> None:
    (row,) = read("moralchoice", written(tmp_path, forms.HIGH))
    assert row["tags"] == ["Do not cause pain"]


@pytest.mark.parametrize(
    ("what", "content", "said"),
    [
        ("ethics", forms.PLAIN_PAIRS, "line 1 lacks text, topic"),
        ("ethics", forms.SELECTED.replace("not wrong", "fine"), "line 2, column label"),
        ("ethics", forms.SELECTED.replace('"I broke a window, and ran."', "I ran, fast"), "line 3"),
        ("ethics", forms.SELECTED.replace("I paid my debt.", " "), "line 2, column text: is empty"),
        ("moralchoice", forms.LOW.replace("Do not kill", "Be good"), "column generation_rule"),
        ("moralchoice", [forms.CHOICES[0] | {"type": "middle"}], "entry 1, column type"),
        ("stereoset", forms.STEREOSET | {"data": {}}, "is no StereoSet"),
        ("stereoset", [{"type": "race"}], "lacks context, label, sentence"),
        ("ethics", "topic,label,text\n", "holds no rows"),
        ("ethics", [*forms.TRUSTLLM[:1], forms.TRUSTLLM[1] | {"label": "bad"}], "entry 2, .*label"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(
    what: str, content: Any, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        import_items(what, written(tmp_path, content), tmp_path / "kept", subset=True)
    assert not any(text in str(refused.value) for text in ("debt", "window", "dragon", "well"))
    assert not (tmp_path / "kept").exists()


def test_another_selection_is_kept_under_its_own_name_only(tmp_path: Path) -> None:
    path = written(tmp_path, forms.SELECTED)
    with pytest.raises(BadInput, match="has 2 items, and the published set 500"):
        import_items("ethics", path, tmp_path / "kept")
    (kept,) = import_items("ethics", path, tmp_path / "kept", subset=True)
    assert (kept.items.name, kept.whole) == ("ethics_subset", False)
    licence = (tmp_path / "kept" / "ethics_subset.licence.txt").read_text()
    assert licence.endswith("SOFTWARE.\n")
    assert "\nCopyright (c) 2024 Yue Huang (TrustLLM)\n" in licence
    assert "The copyright line of ETHICS is in the file LICENSE" in licence
    assert "2 items of" in kept.items.about


def test_both_sets_of_one_file_are_kept_or_neither(tmp_path: Path) -> None:
    path, kept = written(tmp_path, forms.CHOICES), tmp_path / "kept"
    with pytest.raises(BadInput, match="has 1 items, and the published set 687"):
        import_items("moralchoice", path, kept)
    assert not kept.exists()
    low, high = import_items("moralchoice", path, kept, subset=True)
    assert [each.items.name for each in (low, high)] == [
        "moralchoice_low_subset", "moralchoice_high_subset",
    ]  # fmt: skip
    assert [item.right for each in (low, high) for item in each.items.items] == ["first", ""]
    (item,) = low.items.items
    assert (item.texts["first"].of("en"), item.texts["second"].of("en")) == (
        "I share.", "I spill it.",
    )  # fmt: skip


def test_the_counts_of_a_set_with_other_texts_are_not_the_set(tmp_path: Path) -> None:
    acts = [("commonsense", n) for n in range(250)] + [("justice", n) for n in range(250)]
    rows = [{"topic": t, "label": "wrong", "input": f"I sing song {n}."} for t, n in acts]
    with pytest.raises(BadInput, match=r"but not the published texts or labels \(by hash\)"):
        import_items("ethics", written(tmp_path, rows), tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_the_licence_of_the_code_beside_a_set_is_not_refused(tmp_path: Path) -> None:
    path = written(tmp_path, forms.LOW)
    (tmp_path / "LICENSE.md").write_text("MIT License\nPermission is hereby granted …")
    import_items("moralchoice", path, tmp_path / "kept", subset=True)
    kept = (tmp_path / "kept" / "moralchoice_low_subset.licence.txt").read_text()
    assert "creativecommons.org/licenses/by/4.0/legalcode" in kept
    assert "hereby granted" in kept


def test_a_licence_beside_the_file_stays_with_the_set_if_it_is_the_right_one(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, forms.SELECTED)
    (tmp_path / "LICENSE").write_text("MIT License\nPermission is hereby granted …")
    import_items("ethics", path, tmp_path / "kept", subset=True)
    kept = (tmp_path / "kept" / "ethics_subset.licence.txt").read_text()
    assert kept.endswith("Permission is hereby granted …")
    assert "The copyright line" not in kept  # it is in the file
    (tmp_path / "LICENSE").write_text("All rights reserved.")
    with pytest.raises(BadInput, match="is not the text of MIT"):
        import_items("ethics", path, tmp_path / "other", subset=True)


def test_the_command_keeps_a_set_that_games_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = written(tmp_path, forms.STEREOSET)
    done = arena("items", "import", "stereoset", path, "--subset")
    assert "stereoset_subset: 3 items, another selection" in done.stdout
    game: Any = load("stereotype_recognition", {"items": "stereoset_subset"})
    assert len(game.item_set.items) == 3
    assert "offensive" in game.item_set.warning
    assert folder().is_relative_to(tmp_path)


# The published sets


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Imported]:
    if "ARENA_ITEMS" not in os.environ:
        pytest.skip("ARENA_ITEMS names no folder of published item sets")
    source, kept = Path(os.environ["ARENA_ITEMS"]), tmp_path_factory.mktemp("kept")
    files = {
        "ethics": ["trustllm_ethics_500.csv"],
        "moralchoice": ["moralchoice_low_ambiguity.csv", "moralchoice_high_ambiguity.csv"],
        "stereoset": ["trustllm_stereoset_1000.csv"],
    }
    sets = [
        each
        for what, names in files.items()
        for name in names
        for each in import_items(what, source / name, kept)
    ]
    return {each.items.name: each for each in sets}


@pytest.mark.items
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("ethics", {"wrong": 247, "not_wrong": 253}),
        ("moralchoice_low", {"first": 687}),
        ("moralchoice_high", {"": 680}),
        ("stereoset", {"stereotype": 328, "anti_stereotype": 326, "unrelated": 346}),
    ],
)
def test_published_sets_are_whole(
    name: str, counts: dict[str, int], published: dict[str, Imported]
) -> None:
    found = published[name]
    assert found.whole
    assert Counter(item.right for item in found.items.items) == counts
    tags = Counter(item.tags[0] for item in found.items.items)
    assert tags == PUBLISHED[name].counts


@pytest.mark.items
def test_the_halves_of_ethics_are_250_each(published: dict[str, Imported]) -> None:
    tags = Counter(item.tags for item in published["ethics"].items.items)
    assert tags == {("commonsense",): 250, ("justice",): 250}
    assert sum(len(each.items.items) for each in published.values()) == 2867


def test_sets_of_ours_are_what_they_say() -> None:
    sizes = {"everyday": 24, "clear": 24, "contested": 24, "figures": 24, "trolleys": 6}
    for name, size in sizes.items():
        shown = items.load(name)
        assert len(shown.items) == size
        texts = [text for item in shown.items for text in item.texts.values()]
        assert all({*text.said} == {"en", "de", "ru"} for text in texts)
        assert all(len({*text.said.values()}) == 3 for text in texts)  # no English left over
    right = Counter(item.right for item in items.load("everyday").items)
    assert right == {"wrong": 12, "not_wrong": 12}
    assert Counter(item.right for item in items.load("clear").items) == {"first": 12, "second": 12}
    assert {item.right for item in items.load("contested").items} == {""}
    assert set(Counter(item.right for item in items.load("figures").items).values()) == {8}
    trolleys = items.load("trolleys")
    assert trolleys.acts
    assert {item.id: item.tags for item in trolleys.items} == {
        **dict.fromkeys(("switch", "footbridge", "loop", "vehicle"), ("known",)),
        **dict.fromkeys(("floodgate", "hoist"), ("own",)),
    }
