"""Pages: what a participant sees at this moment."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from arena.design.lab import Lab
from arena.design.tournament import Tournament
from arena.lab import payment, quiz
from arena.lab.drawing import drawn_faces
from arena.lab.faces import Faces
from arena.lab.forms import decision_fields, question_fields
from arena.lab.guest import Guest, Table
from arena.lab.pages import Field, Page, Progress
from arena.lab.words import Words
from arena.record.judgements import warning
from games.core.types import Payoff
from prompts import View
from prompts.core.rendering.voice import Frame


class Showing:
    """Makes pages of what the desk knows.

    Args:
        tournament: the design.
        lab: its table.
        faces: what is read and drawn of them.
    """

    def __init__(self, tournament: Tournament, lab: Lab, faces: Faces) -> None:
        self._tournament, self._lab, self._faces = tournament, lab, faces
        self._frame = _frame(tournament)

    def page(self, guest: Guest) -> Page:
        """The page that a participant is on; made once, but for the seconds that are left."""
        known = guest.page
        if known is None or known[0] != guest.version:
            known = guest.page = (guest.version, self._made(guest))
        left = guest.question.deadline if guest.question is not None else guest.deadline
        page = known[1]
        return page if page.seconds is None else replace(page, seconds=_left(left))

    def _made(self, guest: Guest) -> Page:
        makers: dict[str, Callable[[Guest, Words], Page]] = {
            "language": self._language,
            "consent": self._consent,
            "welcome": self._welcome,
            "camera": self._faces.consent_page,
            "calibration": self._faces.calibration_page,
            "faces": self._faces.naming_page,
            "rules": self._rules,
            "quiz": self._quiz,
            "waiting": self._waiting,
            "decision": self._decision,
            "others": self._others,
            "result": self._result,
            "questions": self._questions,
            "ended": self._ended,
        }
        return makers[guest.place](guest, self._words(guest))

    def _words(self, guest: Guest) -> Words:
        return Words(guest.language, self._frame)

    def _language(self, guest: Guest, words: Words) -> Page:  # noqa: ARG002 - none is chosen yet
        spoken = [Words(code) for code in self._lab.languages]
        options = tuple(
            (each.language, _NAMES.get(each.language, each.language)) for each in spoken
        )
        label = " · ".join(each.say("language", "label") for each in spoken)
        title = " · ".join(each.say("title", "language") for each in spoken)
        button = " · ".join(dict.fromkeys(each.say("button", "next") for each in spoken))
        field = Field("language", "choice", label, options)
        return Page("language", "consent", spoken[0].language, title, (), (field,), button)

    def _consent(self, guest: Guest, words: Words) -> Page:
        options = tuple((key, words.say("consent", key)) for key in ("yes", "no"))
        return Page(
            "consent",
            "consent",
            guest.language,
            words.say("title", "consent"),
            _paragraphs(self._lab.text("consent", guest.language)),
            (Field("consent", "choice", words.say("consent", "label"), options),),
            words.say("button", "send"),
        )

    def _welcome(self, guest: Guest, words: Words) -> Page:
        text = _paragraphs(self._lab.text("welcome", guest.language))
        title, button = words.say("title", "welcome"), words.say("button", "next")
        return Page("welcome", "welcome", guest.language, title, text, (), button)

    def _rules(self, guest: Guest, words: Words) -> Page:
        return Page(
            "/".join(("rules", *_named(guest))),
            "rules",
            guest.language,
            words.say("title", "rules"),
            (*self.rules(guest), *self._warning(guest, words)),
            (),
            words.say("button", "begin"),
            progress=self._progress(guest),
            points=self._points(guest),
        )

    def rules(self, guest: Guest) -> tuple[str, ...]:
        """The rules of the game that a participant plays next."""
        assert guest.sample is not None
        return quiz.rules(self._tournament, *guest.sample, guest.language)

    def _warning(self, guest: Guest, words: Words) -> tuple[str, ...]:
        """What has to be said before the texts of a game's items are shown."""
        assert guest.sample is not None
        said = warning(self._tournament.games[guest.sample[0].game], guest.language)
        return (words.say("notice", "items", warning=said),) if said else ()

    def items(self, guest: Guest) -> tuple[quiz.Item, ...]:
        """The questions on them."""
        if guest.sample is None or self._lab.check is None:
            return ()
        return quiz.items(self._tournament, *guest.sample, guest.language)

    def _quiz(self, guest: Guest, words: Words) -> Page:
        assert self._lab.check is not None
        notice = ""
        if guest.tries:
            left = self._lab.check.tries - guest.tries
            notice = f"{words.say('quiz', 'wrong')} {words.say('quiz', 'tries', tries=left)}"
        return Page(
            "/".join(("quiz", *_named(guest), str(guest.tries))),
            "quiz",
            guest.language,
            words.say("title", "quiz"),
            (*self.rules(guest), words.say("quiz", "opening")),
            tuple(item.field for item in self.items(guest)),
            words.say("button", "send"),
            progress=self._progress(guest),
            points=self._points(guest),
            notice=notice,
        )

    def _waiting(self, guest: Guest, words: Words) -> Page:
        return Page(
            f"waiting/{len(guest.results)}",
            "waiting",
            guest.language,
            words.say("title", "waiting"),
            (words.say("waiting", "text"),),
            seconds=_left(guest.deadline),
            progress=self._progress(guest),
            points=self._points(guest),
        )

    def _decision(self, guest: Guest, words: Words) -> Page:
        question, table = guest.question, guest.table
        assert question is not None
        assert table is not None
        view, seat = question.request.view, table.seat_of(guest)
        perceives = self._tournament.player(table.match.seats[seat]).perceives
        return Page(
            f"decision/{table.match.id}/{seat}/{view.turn}",
            "decision",
            guest.language,
            words.say("title", "decision"),
            tuple(message.content for message in question.request.messages),
            decision_fields(question.request, words),
            words.say("button", "decide"),
            seconds=_left(question.deadline),
            progress=self._progress(guest, view),
            points=self._points(guest, view),
            faces=tuple(words.shown(each.emotion) for each in view.displays if perceives),
            drawn=drawn_faces(self._tournament, table, guest, seen=question.known),
            camera=self._faces.camera(guest, question),
            notice=self._notice(guest, words),
        )

    def _others(self, guest: Guest, words: Words) -> Page:
        assert guest.table is not None
        turn = -2 if guest.question is None else guest.question.request.turn
        view = None if guest.question is None else guest.question.request.view
        return Page(
            f"others/{guest.table.match.id}/{turn}",
            "others",
            guest.language,
            words.say("title", "others"),
            (words.say("others", "text"),) if guest.question else (),
            progress=self._progress(guest, view),
            points=self._points(guest, view),
            drawn=drawn_faces(self._tournament, guest.table, guest),
            notice=self._notice(guest, words),
        )

    def _result(self, guest: Guest, words: Words) -> Page:
        last = guest.results[-1]
        if last.points is None:
            text = words.say("result", "void")
        else:
            text = words.say("result", "points", points=_number(last.points))
        return Page(
            f"result/{last.match}",
            "result",
            guest.language,
            words.say("title", "result"),
            (text,),
            (),
            words.say("button", "next"),
            progress=self._progress(guest, over=True),
            points=self._points(guest),
        )

    def _questions(self, guest: Guest, words: Words) -> Page:
        about = guest.asked_about
        questions = self._lab.asked("match" if about else "end")
        return Page(
            f"match/{about}" if about else "end",
            "questions",
            guest.language,
            words.say("title", "questions"),
            (),
            question_fields(questions, guest.language),
            words.say("button", "send"),
            progress=self._progress(guest, over=True) if about else None,
            points=self._points(guest),
        )

    def _ended(self, guest: Guest, words: Words) -> Page:
        assert guest.ending is not None
        language, rule = guest.language, self._lab.payment
        code = payment.code(self._tournament, guest.ending)
        earned = payment.pay(self._tournament, guest.id, guest.ending, guest.points)
        text = [words.say("ended", guest.ending)]
        if guest.ending != "declined":
            text += _paragraphs(self._lab.text("end", language))
            if rule.show_up or rule.point:
                said = f"{earned.amount} {rule.currency}".rstrip()
                text.append(words.say("pay", "total", pay=said))
            if earned.drawn is not None:
                number = [r.match for r in guest.results].index(earned.paid[0]) + 1
                text.append(words.say("pay", "drawn", match=number))
        text.append(words.say("pay", "code"))
        return Page(
            "ended",
            "ended",
            language,
            words.say("title", "ended"),
            tuple(text),
            points=self._points(guest),
            code=code,
            address=payment.address(self._tournament, code, guest.external),
        )

    def _progress(self, guest: Guest, view: View | None = None, *, over: bool = False) -> Progress:
        at, rounds = 0, 0
        if view is not None:
            begun = [e for e in view.observation.events if e.kind == "round"]
            at = int(str(begun[-1].facts["round"])) if begun else 0
            rounds = int(str(view.observation.facts.get("rounds", 0)))
        return Progress(len(guest.results) + (not over), self._lab.matches, at, rounds)

    def _points(self, guest: Guest, view: View | None = None) -> str:
        if view is None and not guest.results:
            return ""
        points: Payoff = sum(guest.points.values())
        for event in view.observation.events if view is not None else ():
            earned = event.facts["points"] if event.kind == "earned" else 0
            points += earned if isinstance(earned, int | Fraction) else 0
        return self._words(guest).say("points", "so_far", points=_number(points))

    def _notice(self, guest: Guest, words: Words) -> str:
        """What is told of the others: what they are, and that somebody is away."""
        assert guest.table is not None
        told = [disclosed(self._tournament, self._lab, guest.table, guest), guest.notice]
        if any(other.seat is None for other in guest.table.others(guest)):
            seconds = f"{self._lab.reconnect_seconds:g}"
            told.append(words.say("notice", "absent", seconds=seconds))
        return " ".join(filter(None, told))


_NAMES = {"en": "English", "de": "Deutsch", "ru": "Русский"}


def _frame(tournament: Tournament) -> Frame:
    """The frame in which all people are told of games; where they differ, points are points."""
    specs = (tournament.player(name) for name in tournament.people)
    frames = {spec.voice.frame for spec in specs if spec.voice is not None}
    return frames.pop() if len(frames) == 1 else "named"


def disclosed(tournament: Tournament, lab: Lab, table: Table, guest: Guest) -> str:
    """What a participant is told of the others at this moment; empty if nothing is told."""
    if lab.disclose == "nothing":
        return ""
    game, words = tournament.games[table.match.game], guest.words
    own = table.seat_of(guest)
    others = [seat for seat in game.deciders if seat != own]
    # Whoever left is in a match that ends, or was replaced.
    people = sum(seat in table.sitting and table.sitting[seat].ending is None for seat in others)
    if not others:
        return ""
    if len(others) == 1:
        return words.say("opposite", "person" if people else "program")
    return words.say("opposite", "several", people=people, programs=len(others) - people)


def _named(guest: Guest) -> tuple[str, str]:
    """What the rules are told by, as a part of a page's name."""
    assert guest.sample is not None
    match, seat = guest.sample
    return match.id, str(seat)


def _left(deadline: float | None) -> float | None:
    """Seconds until a time of the event loop."""
    if deadline is None:
        return None
    return max(0.0, deadline - asyncio.get_running_loop().time())


def _number(points: Payoff) -> str:
    whole = Fraction(points)
    return str(whole.numerator if whole.denominator == 1 else whole)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())
