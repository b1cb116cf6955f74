"""Variables of this process that a library reads or sets, for as long as it needs them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def variables(**given: str) -> Iterator[None]:
    """Set variables within the block; afterwards the environment is as it was before.

    What the block itself sets or deletes is undone as well. Threads and processes that are started
    within the block see its variables, so nothing else should be going on in it.

    Args:
        given: values by name.
    """
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        changed = {name: text for name, text in before.items() if os.environ.get(name) != text}
        os.environ.update(changed)


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """Set one variable within the block, which sets and deletes no other.

    Args:
        name: of the variable.
        value: within the block.
    """
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
