"""A Ray cluster of our own gives nothing to strangers; one of others is used with a token."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import pytest

from arena.engine.ray_access import SETTINGS, access
from games import BadInput
from tests.arena.forks import AWAKE, PATIENCE
from tests.loopback import Loopback, Reply, answering

DESIGN = """\
name = "guarded"
games = [{{ name = "dictator" }}]
[[contestants]]
agent = "llm"
model = "openai/m"
form = "json"
api_base = "{}"
api_key_env = "OPENAI_API_KEY"
"""
STRANGER = """\
import socket, sys
from ray._raylet import GcsClient
with socket.socket(type=socket.SOCK_DGRAM) as sender:
    try:
        sender.connect(("192.0.2.1", 9))  # which sends nothing, but takes the address to send from
        own = sender.getsockname()[0]
    except OSError:
        own = "127.0.0.2"  # this machine is on no network
for port in sys.argv[1:]:
    try:
        socket.create_connection((own, port), timeout=5)
        print(port, "is open on the network")
    except OSError:
        pass
    try:
        found = GcsClient(address=f"127.0.0.1:{port}").internal_kv_keys(b"", None)
        print(port, "gave", found)
    except Exception as error:
        print(type(error).__name__)
"""
"""Tries ports at the machine's own address, then as a cluster's on the loopback address."""


def tree(root: int) -> Iterator[int]:
    """Process ids of a process and of all below it."""
    yield root
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has just ended
                continue
            if parent == root:
                yield from tree(int(folder.name))


def listening(root: int) -> dict[int, tuple[str, str]]:
    """Program and address of all that a process and those below it listen on, by port."""
    sockets = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A":
                sockets[inode] = local.split(":")
    found = {}
    for pid in tree(root):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                match = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            except OSError:
                continue
            if match and match[1] in sockets:
                address, port = sockets[match[1]]
                name = Path(f"/proc/{pid}/comm").read_text().strip()
                found[int(port, 16)] = (name, plain(address))
    return found


def plain(address: str) -> str:
    """An address as the kernel lists it, in words of four bytes."""
    words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
    found = ip_address(b"".join(words))
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def test_a_cluster_of_our_own_gives_nothing_to_strangers(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def held(body: object, number: int) -> Reply:
        asked.set()
        over.wait(PATIENCE)
        return answering(body, number)  # type: ignore[arg-type]

    with Loopback(held) as server:
        design = tmp_path / "guarded.toml"
        design.write_text(DESIGN.format(server.url))
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("RAY_")
        } | {"OPENAI_API_KEY": "sk-loopback-0123456789", "HOME": str(tmp_path), **AWAKE}
        options = ("--executor", "ray", "--workers", "1", "--no-preflight", "--quiet")
        command = [sys.executable, "-m", "arena", "run", str(design), *options]
        run = subprocess.Popen([*command, "--out", str(tmp_path / "run")], env=environment)
        try:
            assert asked.wait(PATIENCE), "the worker asks"
            found = listening(run.pid)
            ports = [str(port) for port, (name, _) in found.items() if name == "gcs_server"]
            stranger = subprocess.run(
                [sys.executable, "-c", STRANGER, *ports],
                env=environment, capture_output=True, text=True, check=True,
            )  # fmt: skip
        finally:
            over.set()
            assert run.wait(PATIENCE) == 0
        assert server.requests[0].headers["authorization"] == "Bearer sk-loopback-0123456789"
    assert {name for name, _ in found.values()} >= {"gcs_server", "raylet"}
    assert {address for _, address in found.values()} == {"127.0.0.1"}
    assert stranger.stdout.split() == ["AuthenticationError"]
    assert not (tmp_path / ".ray").exists(), "the user's own token is not made for them"


def test_what_ray_reads_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", "/nowhere")
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    before = dict(os.environ)
    with access(None):
        assert "RAY_AUTH_MODE" not in os.environ, "which is Ray's default: a token"
        assert "RAY_AUTH_TOKEN_PATH" not in os.environ
        assert len(os.environ["RAY_AUTH_TOKEN"]) == 64
        assert os.environ.items() >= SETTINGS.items()
    assert dict(os.environ) == before


def test_a_cluster_of_others_is_used_with_a_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadInput, match="'ray://x' is used with a token"), access("ray://x"):
        pytest.fail("it is used")
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray" / "auth_token").write_text("0" * 64)
    with access("ray://x"):
        assert "RAY_AUTH_TOKEN" not in os.environ, "Ray finds the file by itself"


def test_a_cluster_without_token_is_used_if_the_user_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with access("ray://x"):
        assert os.environ["RAY_AUTH_MODE"] == "disabled"
