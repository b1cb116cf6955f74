"""A desk as it was when its program ended, from what is on record.

Everybody is away at first, and comes back by the same token. A match under way is played again up
to the question that is open. Times to answer and to wait begin anew.
"""

from arena.core.types import payoff_of
from arena.design.matches import schedule
from arena.engine.session import Session
from arena.lab.desk import LabDesk
from arena.lab.guest import Guest, Result, Table
from arena.record.participants import (
    LAST,
    Participant,
    Seating,
    answers,
    by_match,
    participants,
)
from arena.record.readings import baselines

_TOKENS = "SELECT participant, token, link FROM tokens"
_EXTERNALS = "SELECT name, value FROM externals WHERE participant = ?"
_PAYOFF = "SELECT game, payoff FROM matches JOIN seats ON match = id WHERE id = ? AND seat = ?"

Held = dict[str, list[Seating]]
"""Who sat where, by match."""


def recover(desk: LabDesk, session: Session) -> None:
    """Know everybody who is on record, and go on with the matches under way."""
    store, held = session.store, by_match(session.store)
    tokens = {key: (token, link) for key, token, link in store.rows(_TOKENS)}
    resting = dict(baselines(store))
    people = {person.id: person for person in participants(store)}
    for person in people.values():
        if person.id not in tokens:  # forgotten
            continue
        token, link = tokens[person.id]
        guest = Guest(person.id, token, person.device, person.robot, person.known("language"))
        guest.stages, guest.stage = len(person.steps), person.steps[-1].stage
        desk.enter(guest, link, dict(store.rows(_EXTERNALS, person.id)))
        guest.camera.baseline = resting.get(guest.id)
        _history(desk, session, guest, person, held)
    tables = _under_way(desk, session, held)
    for key, guest in desk.guests.items():
        _place(desk, guest, people[key])
        desk.miss(guest)
    for table in tables:
        desk.matches.play(table, held[table.match.id])


def _history(
    desk: LabDesk, session: Session, guest: Guest, person: Participant, held: Held
) -> None:
    """What somebody has played and answered."""
    guest.ending = person.known("ending") or None
    for step in person.steps:
        if step.stage != "playing":
            continue
        match = step.about["match"]
        guest.met |= {each.participant for each in held[match] if each.participant} - {guest.id}
        seat = next(each.seat for each in held[match] if each.participant == guest.id)
        for game, points in session.store.rows(_PAYOFF, match, seat):
            guest.passed.add(game)
            earned = None if points is None else payoff_of(points)
            guest.results.append(Result(match, game, earned))
    check = desk.lab.check
    for answer in answers(session.store, guest.id):
        desk.record.resume(guest.id, answer.page, answer.number + 1)
        if answer.page == "language":
            guest.language = str(answer.given["language"])
        if answer.page == "camera":
            desk.faces.agreed(guest, answer.given)
        kind, _, game = answer.page.partition("/")
        last = check is not None and answer.number + 1 >= check.tries and not check.must_pass
        if kind == "quiz" and (not answer.wrong or last):
            guest.passed.add(game)


def _under_way(desk: LabDesk, session: Session, held: Held) -> list[Table]:
    """The tables of the matches that are not over."""
    closed, tables = session.store.closed(), []
    for order, match in enumerate(schedule(desk.tournament)):
        if match.id not in held or match.id in closed:
            continue
        sitting = {
            each.seat: desk.guests[each.participant]
            for each in held[match.id]
            if each.participant in desk.guests
        }
        table = Table(match, [], order, sitting, begun=True)
        for guest in sitting.values():
            if guest.ending is None:
                guest.table = table
        tables.append(table)
    return tables


def _place(desk: LabDesk, guest: Guest, person: Participant) -> None:
    """Put somebody where they were."""
    step = person.steps[-1]
    if step.stage in LAST:
        guest.language = guest.language or desk.lab.languages[0]
        guest.place = "ended"
    elif guest.table is not None:
        guest.passed.add(guest.table.match.game)
        guest.place = "others"
    elif step.stage == "arrived":
        spoken = desk.lab.languages
        guest.language = guest.language or (spoken[0] if len(spoken) == 1 else "")
        guest.place = "consent" if guest.language else "language"
    elif step.stage == "playing":
        guest.place = "result"
        if desk.record.tries(guest, f"result/{guest.results[-1].match}"):
            desk.after_result(guest)
    elif step.stage == "questions":
        _questions(desk, guest, step.about["match"])
    elif step.stage == "consented":
        desk.prepare(guest)
    else:
        _before_playing(desk, guest, str(step.about.get("game", "")))


def _questions(desk: LabDesk, guest: Guest, match: str) -> None:
    """Ask the questions that are open; go on if they were answered."""
    guest.asked_about = match
    if not desk.record.tries(guest, f"match/{match}" if match else "end"):
        guest.place = "questions"
    elif match:
        desk.go_on(guest)
    else:
        desk.finish(guest)


def _before_playing(desk: LabDesk, guest: Guest, game: str) -> None:
    """Go on with the rules, or wait."""
    check = desk.lab.check
    tries = desk.record.tries(guest, f"quiz/{game}")
    failed = check is not None and check.must_pass and tries >= check.tries
    if failed and game not in guest.passed:
        desk.end(guest, "screened out")
    else:
        desk.go_on(guest)
