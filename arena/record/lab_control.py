"""Files of a run's folder by which an open lab and the researcher's pages know of each other.

A page writes whether participants are admitted, and the lab reads it; the lab writes its links.
Neither is a part of the record.
"""

import json
from pathlib import Path
from typing import Literal, get_args

from arena.core.files import opened, write_text
from games import BadInput
from games.core.errors import unknown

CONTROL = "lab.json"
"""The file, in the folder of the run."""

LINKS = "links.csv"
"""The file of participants' links."""

Admission = Literal["open", "paused", "closed"]
"""Open, paused or closed for new participants. Present participants go on in each case."""

ADMISSIONS: tuple[Admission, ...] = get_args(Admission)
_KEY = "admission"


def admission(folder: Path) -> Admission:
    """Whether a lab admits participants; open until somebody says otherwise.

    Args:
        folder: of its run.

    Raises:
        BadInput: the file is a link, cannot be read, or holds another word.
    """
    path = folder / CONTROL
    try:
        with opened(path) as file:
            stated = json.load(file)[_KEY]
    except FileNotFoundError:
        return "open"
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise BadInput(f'{path} must be such as {{"{_KEY}": "paused"}}') from None
    if stated not in ADMISSIONS:
        raise unknown(f"{_KEY} in {path}", str(stated), ADMISSIONS)
    return stated  # type: ignore[no-any-return] # one of them


def admit(folder: Path, state: Admission) -> None:
    """Have a lab admit participants or not, from a second later.

    Args:
        folder: of its run.
        state: the word.

    Raises:
        BadInput: the file is a link or cannot be written.
    """
    try:
        write_text(folder / CONTROL, json.dumps({_KEY: state}) + "\n")
    except OSError as error:
        raise BadInput(f"{folder / CONTROL} cannot be written: {error.strerror}") from None
