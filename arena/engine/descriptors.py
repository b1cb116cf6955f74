"""File descriptors: each call in flight holds a connection, and the system limits their number."""

import resource
from pathlib import Path

from games import BadInput

BASE = 64
"""Descriptors beside those of calls: the record, what is imported, look-ups of addresses."""
RAY = 256
"""Descriptors that Ray's driver opens besides."""


def ensure(calls: int, *, ray: bool = False) -> None:
    """Make room for a number of calls in flight; raise the soft limit as far as the system allows.

    Args:
        calls: in flight at the most, in this process.
        ray: whether Ray runs here too.

    Raises:
        BadInput: there is no room; the message gives the required number of descriptors.
    """
    if not calls:
        return
    needed = len(list(Path("/dev/fd").iterdir())) + BASE + calls + (RAY if ray else 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise BadInput(
            f"{calls} calls in flight need {needed} file descriptors, and the system allows "
            f"{hard}: raise the limit (ulimit -n {needed}), or lower concurrency in the design"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
