"""Columns of the tables of a run, each with its type and its meaning."""

from collections.abc import Mapping
from typing import NamedTuple

from arena.record.decisions import COLUMNS as DECIDED
from games.core.errors import unknown


class Column(NamedTuple):
    """A column of a table.

    Args:
        kind: str, int, float or bool, where values may be missing; object for anything else.
        meaning: of its values, with units.
    """

    kind: type
    meaning: str


MATCHES = {
    "match": Column(str, "id of the match"),
    "game": Column(str, "id of the game within the design"),
    "repetition": Column(int, "block of conditions, from 0"),
    "seed": Column(int, "of chance"),
    "event": Column(int, "of an induction, counted through its texts"),
    "order": Column(int, "of what is offered: 0 as in the rules, odd ones are reversed"),
    "seat": Column(int, "of the player, from 0"),
    "contestant": Column(str, "who sits there"),
    "payoff": Column(float, "points; missing if void"),
    "payoff_exact": Column(str, "the same, exactly, such as 1/2"),
    "ending": Column(str, "completed or void"),
    "ended_by": Column(int, "seat that ended a void match"),
    "verdict": Column(str, "that ended a void match"),
    "deals": Column(str, "nature's actions in order, as JSON"),
    "closed": Column(str, "when the match was closed, UTC"),
    "superseded": Column(str, "when the match was set aside; missing if it counts"),
    "participant": Column(str, "pseudonym of the person who sat there; missing for an agent"),
    "successor": Column(str, "contestant who went on in the seat; missing if nobody did"),
    "successor_turn": Column(int, "first turn that this contestant decided"),
    "seated_for": Column(
        str,
        "why the seat is held: matched, a person; fill, an agent where nobody came; late, gone or "
        "failed, an agent who went on; missing where nobody can be a person",
    ),
}

ATTEMPTS = {
    "match": Column(str, "id of the match"),
    "seat": Column(int, "the player"),
    "turn": Column(int, "of the decision"),
    "number": Column(int, "of the attempt, from 0"),
    "model": Column(str, "that was asked"),
    "verdict": Column(str, "what came of it"),
    "reply": Column(str, "text of the reply"),
    "stop": Column(str, "why the reply ended"),
    "prompt_tokens": Column(int, "tokens sent"),
    "completion_tokens": Column(int, "tokens of the reply, reasoning included"),
    "usage": Column(str, "all counts of the provider, as JSON"),
    "cost": Column(float, "US dollars; missing if not known"),
    "served_model": Column(str, "that the provider says it used"),
    "seconds": Column(float, "from the call to its reply"),
    "reasoning": Column(str, "text of it, where it is stated apart"),
    "raw": Column(str, "the reply as it came, as JSON"),
    "sampling": Column(str, "settings sent and applied, the lane, the batch if any, as JSON"),
    "weights": Column(str, "of a weighing, as JSON"),
    "lane": Column(str, "how it was called: direct, or acompletion and why; missing if unknown"),
    "status": Column(int, "of HTTP, of a call that failed"),
    "failure": Column(str, "why nothing came back"),
    "messages": Column(str, "exactly what was sent, as JSON"),
    "lenient": Column(str, "the action that the reply probably meant; never played"),
    "filed": Column(str, "when it was recorded, UTC"),
    "part": Column(str, "of a composite agent, the part that was asked; empty of all others"),
}

OPINIONS = {
    "match": Column(str, "id of the match"),
    "number": Column(int, "of the decision among those of the match, from 0"),
    "place": Column(int, "among the answers of the decision, by round and part, from 0"),
    "seat": Column(int, "the player"),
    "contestant": Column(str, "who decided"),
    "turn": Column(int, "moves that the player had made before"),
    "part": Column(
        str, "who answered: the emotion of a member of a council, answer 1 and so on, or belief"
    ),
    "round": Column(int, "of a council's deliberation, from 0"),
    "verdict": Column(str, "what came of its last attempt; it abstains unless this is legal"),
    "action": Column(str, "that it proposes, as JSON; missing if it abstains, and of a belief"),
    "strength": Column(int, "with which it wants this, from 0 to 100"),
    "reason": Column(str, "in its own words; missing where texts are not kept"),
    "shown": Column(str, "emotion that it proposes to show"),
    "shown_intensity": Column(int, "of this emotion, from 0 to 100"),
    "lot": Column(float, "drawn from [0, 1): the rule random follows the highest of who speaks"),
    "belief": Column(str, "probability of each action that the other may choose next, as JSON"),
    "played": Column(str, "action of the whole agent, as JSON; missing if there was none"),
    "prevailed": Column(
        bool,
        "whether the emotion felt was computed from it; missing but in a council's "
        "last round in which somebody proposed what was played",
    ),
}

CHECKS = {
    "match": Column(str, "id of the match"),
    "game": Column(str, "id of the game within the design"),
    "repetition": Column(int, "block of conditions, from 0"),
    "seat": Column(int, "of the player, from 0"),
    "contestant": Column(str, "who was asked"),
    "verdict": Column(str, "what came of the last attempt"),
    "valence": Column(int, "from 1 to 9; missing unless the verdict is legal, like the rest"),
    "arousal": Column(int, "from 1 to 9"),
    "emotion": Column(str, "that the contestant says it feels"),
}

PARTICIPANTS = {
    "participant": Column(str, "pseudonym of the person"),
    "contestant": Column(str, "the arms that the person sat in, joined by ' + '; empty if in none"),
    "started": Column(str, "when the person came, UTC"),
    "consented": Column(str, "when the person agreed to take part, UTC; missing if it did not"),
    "played": Column(str, "when the person's first match began, UTC; missing if none did"),
    "finished": Column(str, "when the person was done or left, UTC; missing while it is there"),
    "stage": Column(str, "the latest it came to, see `arena.record.participants.Stage`"),
    "device": Column(str, "phone, tablet or computer; empty if forgotten"),
    "language": Column(
        str, "in which the person is addressed, as a code; empty if none was chosen"
    ),
    "consent": Column(str, "hash of the text that the person agreed to"),
    "consent_version": Column(str, "of the program that showed this text"),
    "told": Column(str, "what was said of the others, by match, as JSON"),
    "quiz_tries": Column(int, "how often questions on the rules were answered"),
    "quiz": Column(str, "each of these tries as JSON: page, given, wrong (keys)"),
    "answers": Column(str, "to all other questions, by page and key, as JSON"),
    "matches": Column(int, "that the person began"),
    "payoff": Column(float, "points in all completed matches; missing until the person leaves"),
    "paid": Column(str, "ids of the matches that are paid, as JSON"),
    "pay": Column(float, "what the person earned, in the currency; missing until it leaves"),
    "currency": Column(str, "of the pay, as the design has it"),
    "ending": Column(str, "how it ended, see `arena.design.lab.EndingName`; missing until it does"),
    "code": Column(str, "completion code that the person was given"),
    "faces_named": Column(
        float, "share of drawn faces that the person named rightly; missing if none were shown"
    ),
    "robot": Column(bool, "whether it is a script that passes the pages as people do"),
}

EXTERNAL_IDS = {
    "participant": Column(str, "pseudonym of the person"),
    "name": Column(str, "of the id, such as PROLIFIC_PID"),
    "value": Column(str, "the id; identifies a person, and is written only where it is asked for"),
}

_KINDS: Mapping[str, type] = (
    dict.fromkeys(("repetition", "seat", "turn", "number", "intensity", "size"), int)
    | dict.fromkeys(("event", "order", "round"), int)
    | dict.fromkeys(("told", "seen", "backed", "believed", "randomised"), bool)
    | dict.fromkeys(("advises", "kept"), bool)
    | dict.fromkeys(("coverage", "unseen"), float)
    | dict.fromkeys(("action", "options", "probabilities", "states"), object)
)
"""Types of the columns of decisions that are no texts."""

DECISIONS = {
    **{name: Column(_KINDS.get(name, str), meaning) for name, meaning in DECIDED.items()},
    "verdict": Column(str, "what came of the last attempt"),
    "temperature": Column(float, "at which the last reply was drawn; missing if nobody knows it"),
    "sampling": Column(str, "settings sent and applied, the lane, the batch if any, as JSON"),
    "participant": Column(str, "pseudonym of the person who decided; missing for an agent"),
    "successor": Column(str, "who decided in place of the contestant; missing for itself"),
    "display": Column(
        str,
        "what was shown of a person: face, what a machine read; buttons, what the person chose or "
        "reported; nothing; missing where no face was to be read",
    ),
    "unread": Column(str, "why no face was read, see `arena.record.readings.Unread`"),
    "face": Column(str, "emotion that a machine read, see `arena.record.readings.label`"),
    "face_intensity": Column(int, "of it, from 0 to 100"),
    "face_mean": Column(
        str, "probability of each emotion, averaged from the question to the answer, as JSON"
    ),
    "face_last": Column(str, "the same over the last second"),
    "frames": Column(int, "pictures that held a face"),
    "faceless": Column(float, "share of pictures without a face"),
}

TABLES: dict[str, dict[str, Column]] = {
    "matches": MATCHES,
    "decisions": DECISIONS,
    "attempts": ATTEMPTS,
    "opinions": OPINIONS,
    "checks": CHECKS,
    "participants": PARTICIPANTS,
    "external_ids": EXTERNAL_IDS,
}
"""Columns by table. Payoffs are points; cost is US dollars."""


def meanings(table: str) -> dict[str, str]:
    """The meaning of each column of a table of a run.

    >>> meanings("checks")["valence"]
    'from 1 to 9; missing unless the verdict is legal, like the rest'

    Args:
        table: matches, decisions, attempts, opinions, checks, participants or external_ids.

    Raises:
        BadInput: there is no such table.
    """
    if table not in TABLES:
        raise unknown("table of a run", table, TABLES)
    return {name: column.meaning for name, column in TABLES[table].items()}


def kinds(table: str) -> dict[str, type]:
    """The type of each column of a table."""
    return {name: column.kind for name, column in TABLES[table].items()}
