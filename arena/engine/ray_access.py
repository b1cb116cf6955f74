"""Access control of a run's Ray cluster: by token, and for our own clusters, to this machine only.

A client of a Ray cluster can run any program on it, and read the keys of its workers. Our own
clusters therefore listen on loopback addresses only, with a token known only to their processes. A
cluster started by others is used with the user's token for it.
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
"""Whether nodes may be on other machines. If not, Ray binds to the loopback address, on any system.
Ray reads the variable at import."""


@contextmanager
def access(address: str | None) -> Iterator[None]:
    """Set up this process to use a cluster; its variables are restored afterwards.

    Args:
        address: address of a running cluster; None for our own.

    Raises:
        BadInput: there is no token for the cluster, and the user did not state that none is needed.
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
    """The token of our own clusters. Ray reads it once per process."""
    return secrets.token_hex(32)


def _has_token() -> bool:
    usual = Path.home() / ".ray" / "auth_token"
    return bool(os.environ.get(_TOKEN) or os.environ.get(_FILE)) or usual.is_file()
