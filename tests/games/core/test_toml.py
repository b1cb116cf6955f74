"""TOML files of all kinds that users, editors and attackers write: quick, bounded, one line."""

import os
import resource
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from arena.design.tournament import shipped
from games.core import toml
from games.core.errors import BadInput

GOOD = 'a = 1\nb.c = "d"\n'
DATA = {"a": 1, "b": {"c": "d"}}


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
    ],
    ids=["plain", "mark", "Windows", "old Macintosh"],
)
def test_editors_of_all_systems_are_read(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_bytes(content)
    assert toml.read(tmp_path / "t.toml") == (DATA, GOOD)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD.encode("utf-16"), "no text in UTF-8, but in UTF-16; save it in UTF-8"),
        (
            b"\xfe\xff" + GOOD.encode("utf-16-be"),
            "no text in UTF-8, but in UTF-16; save it in UTF-8",
        ),
        (b"a = '\xe9'", "is no text in UTF-8"),
        (GOOD.encode("utf-16-le"), "is not valid TOML"),
        (b"a = 1\x00", "is not valid TOML"),
        (b"a = '" + b"x" * toml.LARGEST + b"'", "larger than 1,000,000 bytes"),
    ],
)
def test_files_that_hold_no_toml_are_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_bytes(content)
    with pytest.raises(BadInput, match=rf"^\S+t\.toml .*{message}"):
        toml.read(tmp_path / "t.toml")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(BadInput, match="cannot be read: it is a pipe or a device, not a file"):
            toml.read(path)
    with pytest.raises(BadInput, match="cannot be read: it is a folder, not a file"):
        toml.read(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(BadInput, match="cannot be read"):
            toml.read(tmp_path / "socket")
    with pytest.raises(FileNotFoundError):
        toml.read(tmp_path / "nothing")


DEEP = ".".join(["a"] * 20_000)
HEADERS = "".join(f"[{n:x}.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a]\n" for n in range(20_000))

TOO_MUCH = {
    "a long key": (f"{DEEP} = 1", "nested too deeply"),
    "a long key with spaces": (f"{DEEP.replace('.', ' . ')} = 1", "nested too deeply"),
    "a long quoted key": (DEEP.replace("a", '"a"') + " = 1", "nested too deeply"),
    "a long header": (f"[{DEEP}]", "nested too deeply"),
    "a long key without a value": (DEEP, "nested too deeply"),
    "a long key in a table": (f"t = {{ {DEEP} = 1 }}", "nested too deeply"),
    "many keys": (HEADERS, "more than 50,000 keys"),
    "lists": ("a = " + "[" * 30_000, "nested too deeply"),
    "closed lists": ("a = " + "[" * 30 + "]" * 30, "nested too deeply"),
    "tables": ("a = " + "{ b = " * 30 + "1" + "}" * 30, "nested too deeply"),
    "quotes": ('a = "' + r"\"" * 400_000, "is not valid TOML"),
    "a long word": ("a" * 900_000, "is not valid TOML"),
    "digits": (f"a = {'9' * 5_000}", "too many digits: at most 300"),
    "hexadecimal digits": (f"a.b = [0x{'f' * 5_000}]", "'a.b' has too many digits: at most 300"),
    "no end": ("a.b = inf", "'a.b' must be a finite number, not inf"),
    "no number": ("a = [1.5, -nan]", "'a' must be a finite number, not nan"),
    "beyond all numbers": ("a = 1e999", "'a' must be a finite number, not inf"),
    "a date": ("a = 2011-03-01", "'a' is a date or a time: write it in quotes"),
    "a time": ("a = 07:32:00", "'a' is a date or a time: write it in quotes"),
    "a control character": (r'a = "\u001b[2J"', r"'a' holds the control character U\+001B"),
    "a control character in a key": (r'"\u0000" = 1', "control character"),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_no_text_takes_more_than_its_bounds(kind: str) -> None:
    text, message = TOO_MUCH[kind]
    with pytest.raises(BadInput, match=message) as error:
        toml.loads(text, "t.toml")
    assert len(str(error.value)) < 300
    assert "\n" not in str(error.value)


def test_texts_are_no_keys() -> None:
    said = "Yes. No. " * 40 + "1.5, 2.5 = a.b.c"
    assert toml.loads(f'a = "{said}"\nb = {[0.25] * 60_000}', "t")["a"] == said


def test_the_worst_file_is_read_in_little_memory(tmp_path: Path) -> None:
    """As many keys as are allowed, in tables as deep as are allowed."""
    rows = "".join(f"[{n:x}{'.a' * 18}]\n" for n in range(toml.MOST // 19))
    (tmp_path / "t.toml").write_text(rows)
    code = (
        "import sys; from pathlib import Path; from games.core import toml\n"
        "print(len(toml.read(Path(sys.argv[1]))[0]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.toml")],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000)),
    )  # fmt: skip
    assert done.stdout == f"{toml.MOST // 19}\n", done.stderr


@pytest.mark.parametrize("name", shipped())
def test_what_is_written_is_read_again(name: str) -> None:
    content = {
        **tomllib.loads(shipped()[name].read_text("utf-8")),
        "x y": {"": ['"\x7f\n', 1.5e20]},
    }
    assert tomllib.loads(toml.written(content)) == content
