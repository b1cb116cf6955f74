"""Who may use the Ray cluster of a run: those that hold its token, and for our own, this machine.

Whoever can give a Ray cluster work can run any program on it, and read the keys of its workers. A
cluster of our own therefore listens on loopback addresses alone, with a token that only its own
processes have. A cluster that others started is used with the token that the user has for it.
Source: Ray's documentation, "Token authentication"; `ray/_private/services.py` of Ray 2.60.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from games import BadInput

SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
_MODE, _TOKEN, _FILE = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
_OTHER_MACHINES = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Whether nodes may be on other machines; if not, Ray binds to the loopback address, on any system.
Ray reads it while it is imported."""


@contextmanager
def access(address: str | None) -> Iterator[None]:
    """Set this process up to use a cluster; its variables are put back afterwards.

    Args:
        address: of a cluster that runs; None for one of our own.

    Raises:
        BadInput: there is no token for the cluster, and the user did not say that it needs none.
    """
    names = (*SETTINGS, _MODE, _TOKEN, _FILE, _OTHER_MACHINES)
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({key: os.environ.get(key, value) for key, value in SETTINGS.items()})
    if address is None:
        for name in (_MODE, _FILE):  # a new cluster has Ray's own default: a token is needed
            os.environ.pop(name, None)
        os.environ.update({_TOKEN: _token(), _OTHER_MACHINES: "0"})
    elif _MODE not in os.environ and not _has_token():
        raise BadInput(
            f"the Ray cluster at {address!r} is used with a token: make one with `ray "
            f"get-auth-token --generate`, or name its file in {_FILE}; a cluster without one obeys "
            f"whoever reaches it, and is used only if {_MODE}=disabled says so"
        )
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@cache
def _token() -> str:
    """The token of our own clusters; Ray reads it once in the life of a process."""
    return secrets.token_hex(32)


def _has_token() -> bool:
    usual = Path.home() / ".ray" / "auth_token"
    return bool(os.environ.get(_TOKEN) or os.environ.get(_FILE)) or usual.is_file()
