"""A call that LiteLLM could not make or read, as a failure: its kind, its wait, its one line."""

from collections.abc import Sequence

from agents.core.access.secrets import HIDDEN, redacted
from agents.core.models.model import Failure
from agents.core.responses.error_answer import Answer, answer_to
from agents.core.responses.error_body import ErrorBody
from agents.core.responses.failures import Kind, classify
from agents.core.responses.waits import asked_wait

_SHORTEST_KEY = 8
_LONGEST_LINE = 300


def failure_of(error: Exception, bodies: Sequence[bytes], key: str) -> Failure:
    """The failure that an error of LiteLLM stands for.

    Args:
        error: as LiteLLM raised it.
        bodies: of the successful answers heard in the call.
        key: that was sent; providers repeat it in what they say.
    """
    answer = answer_to(error)
    # An answer of status 200 may hold an error; LiteLLM hands on little of it.
    heard = answer.text or b"".join(bodies[-1:]).decode(errors="replace")
    return failure_told(answer, heard, str(error), key)


def failure_told(answer: Answer, heard: str, otherwise: str, key: str) -> Failure:
    """The failure that an answer stands for.

    Args:
        answer: the provider's.
        heard: its text, or that of an answer of status 200.
        otherwise: the reason where the text states none.
        key: that was sent; providers repeat it in what they say.
    """
    body = ErrorBody.read(heard if heard.strip() else otherwise)
    kind = classify(answer.status, body)
    wait = asked_wait(answer.headers, body, limited=kind in {Kind.BUSY, Kind.ALLOWANCE})
    if kind is Kind.ALLOWANCE and body.delays:
        wait = None  # Google states the wait for the minute's limit beside the day's
    message = one_line_of(body.message or otherwise, key)
    return Failure(message, answer.status, wait, kind=kind, host=answer.host)


def one_line_of(said: object, key: str) -> str:
    """An error's message in one line, API keys removed: providers repeat them."""
    line = " ".join(str(said).split())
    if len(key) >= _SHORTEST_KEY:
        line = line.replace(key, HIDDEN)
    return redacted(line)[:_LONGEST_LINE]
