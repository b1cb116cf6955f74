"""What reads faces is found, or named where it is wrong; what a browser sends is checked."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.lab.guard import answer_headers
from dashboard.lab.message import Malformed, read_message
from dashboard.lab.recogniser import OwnModel, Recogniser, recogniser
from dashboard.lab.settings import Settings
from games import BadInput

FACE: dict[str, Any] = {
    "unread": None,
    "mean": [0.1, 0.9, 0, 0, 0, 0, 0],
    "last": None,
    "frames": 4,
    "faceless": 0,
    "use": True,
}


def laid(folder: Path) -> Path:
    for name in (
        "face-api.esm.js",
        "tiny_face_detector_model.bin",
        "face_expression_model.bin",
        "ort.wasm.min.mjs",
        "ort-wasm-simd-threaded.mjs",
        "ort-wasm-simd-threaded.wasm",
    ):
        (folder / name).touch()
    return folder


def message(**changes: Any) -> str:
    return json.dumps({"page": "decision/1", "values": {}, "face": FACE | changes})


def test_a_reading_comes_with_its_answer() -> None:
    answer = read_message(message())
    assert answer is not None
    assert answer.face is not None
    assert answer.face.measured.mean == (0.1, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0)
    plain = read_message('{"page": "x", "values": {}}')
    assert plain is not None
    assert plain.face is None


@pytest.mark.parametrize(
    "change",
    [
        {"mean": "data:image/png;base64,iVBORw0KGgo="},
        {"mean": [0.1, 0.9]},
        {"mean": [True, 0, 0, 0, 0, 0, 0]},
        {"mean": [2, -1, 0, 0, 0, 0, 0]},
        {"frames": 10**9},
        {"frames": 2.5},
        {"faceless": 7},
        {"unread": "picture"},
        {"use": "yes"},
        {"picture": "iVBORw0KGgo="},
    ],
)
def test_what_is_no_reading_is_no_message(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_message(message(**change))
    with pytest.raises(Malformed):
        read_message('{"page": "x", "values": {}, "picture": "x"}')


def test_without_its_files_nothing_reads_faces(tmp_path: Path) -> None:
    assert recogniser(None, tmp_path) is None
    found = recogniser(None, laid(tmp_path))
    assert found is not None
    assert found.name.startswith("face-api 1.")
    with pytest.raises(BadInput, match="make faces does it"):
        recogniser(tmp_path / "own.onnx", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ('{"classes": ["anger"]}', r"own.json: classes: lacks neutral"),
        ('{"clases": []}', r"'clases'; did you mean 'classes'"),
        ("[]", "must be a JSON object"),
        ("{", "cannot be read as JSON"),
        ('{"std": [0, 1, 1]}', r"own.json: std.0: input should be greater than 0"),
    ],
)
def test_a_wrong_description_of_a_model_is_named(about: str, said: str, tmp_path: Path) -> None:
    files = laid(tmp_path)
    (tmp_path / "own.onnx").write_bytes(b"model")
    (tmp_path / "own.json").write_text(about)
    with pytest.raises(BadInput, match=said):
        recogniser(tmp_path / "own.onnx", files)


def test_a_model_of_ones_own_is_on_record_by_its_hash(tmp_path: Path) -> None:
    files = laid(tmp_path)
    (tmp_path / "own.onnx").write_bytes(b"model")
    found = recogniser(tmp_path / "own.onnx", files)
    assert found is not None
    assert found.own == OwnModel()
    assert "own.onnx 9372c470eeadd5ec" in found.name
    with pytest.raises(BadInput, match="cannot be read"):
        recogniser(tmp_path / "none.onnx", files)
    with pytest.raises(BadInput, match=r"must be a model in an \.onnx file"):
        recogniser(files / "face-api.esm.js", files)


def test_the_camera_is_for_labs_that_read_faces_alone() -> None:
    without = answer_headers(Settings("http://127.0.0.1"))
    reads = answer_headers(Settings("http://127.0.0.1", recogniser=Recogniser("x")))
    own = answer_headers(
        Settings("http://127.0.0.1", recogniser=Recogniser("x", Path("y.onnx"), OwnModel()))
    )
    assert "camera=()" in without["Permissions-Policy"]
    assert "camera=(self)" in reads["Permissions-Policy"]
    assert ["wasm" in each["Content-Security-Policy"] for each in (without, reads, own)] == [
        False,
        False,
        True,
    ]
    for each in (without, reads, own):
        assert "connect-src 'self';" in each["Content-Security-Policy"]
        assert "'unsafe-eval'" not in each["Content-Security-Policy"]
        assert "unsafe-inline" not in each["Content-Security-Policy"]
