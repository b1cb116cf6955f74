"""Signals that end the program; quick to import, since until then nothing catches them."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a request to end, a terminal that is closed."""


def exit_status(number: int) -> int:
    """Exit status of a program that a signal ended, as shells count it."""
    return 128 + number


def catch_again() -> None:
    """Catch signals anew, where a library below Python has caught them since."""
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            if (handler := signal.getsignal(number)) is not None:
                signal.signal(number, handler)


@contextmanager
def quiet_end() -> Iterator[None]:
    """Have a signal end the program with its exit status, tidily and without a traceback.

    Ignored signals stay ignored, as `nohup` requires for SIGHUP.
    """
    before = {number: signal.getsignal(number) for number in ENDING}
    caught = [number for number, there in before.items() if there is not signal.SIG_IGN]
    for number in caught:
        signal.signal(number, lambda number, _frame: sys.exit(exit_status(number)))
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, before[number] or signal.SIG_DFL)
