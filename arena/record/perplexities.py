"""How unlikely recorded replies are under the model without vectors: a file beside the record."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from agents.core.parse import parse
from arena.core.files import read_object, replace_file
from games import BadInput

FILE = "perplexities.json"


class Perplexities(BaseModel):
    """The perplexities of a run.

    Args:
        bound: perplexity above which a text is broken; None for the bound that follows from
            replies without vectors.
        replies: perplexity by key of a reply, see `arena.analysis.broken_texts.Reply`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bound: float | None = Field(None, ge=1)
    replies: dict[str, float] = Field(default_factory=dict)

    def of(self, keys: Iterable[str]) -> list[float]:
        """The perplexity of each reply; NaN where it is not known."""
        return [self.replies.get(key, math.nan) for key in keys]

    def joined(self, more: Mapping[str, float]) -> "Perplexities":
        """The same with further replies."""
        return Perplexities(bound=self.bound, replies={**self.replies, **more})


def read_perplexities(folder: Path) -> Perplexities:
    """The perplexities of a run; without any if none were kept.

    Raises:
        BadInput: their file cannot be read, or holds something else.
    """
    path = folder / FILE
    data = read_object(path, "replies: delete it, and arena vector texts writes it again")
    return Perplexities() if data is None else parse(Perplexities, data, str(path))


def write_perplexities(folder: Path, known: Perplexities) -> None:
    """Keep perplexities beside a run, in place of those that were kept.

    Raises:
        BadInput: the file cannot be written.
    """
    path = folder / FILE
    try:
        replace_file(path, f"{json.dumps(known.model_dump(), indent=1)}\n".encode())
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None


def carry(folders: Iterable[Path], out: Path) -> None:
    """Keep the perplexities of runs beside the run merged from them."""
    several = [each for folder in folders if (each := read_perplexities(folder)).replies]
    if several:
        whole = several[0]
        for each in several[1:]:
            whole = whole.joined(each.replies)
        write_perplexities(out, whole)
