"""What becomes of an answer to a page: it is checked, kept, and leads to the next page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from agents.core.models.person import filled_in
from arena.lab.forms import MOST, decision_fields, problems, question_fields, wrong
from arena.lab.guest import Guest
from arena.lab.pages import FaceSent
from arena.lab.reception import Reception
from arena.lab.record import text_hash
from arena.lab.showing import Showing
from arena.lab.words import VERSION

Values = Mapping[str, object]
Wrong = Mapping[str, str]


class Answering:
    """Takes answers.

    Args:
        desk: says what comes next.
        showing: says what was asked.
    """

    def __init__(self, desk: Reception, showing: Showing) -> None:
        self._desk, self._showing = desk, showing

    async def answer(
        self,
        guest: Guest,
        page: str,
        values: Values,
        seconds: float | None = None,
        face: FaceSent | None = None,
    ) -> Wrong:
        """Take an answer to a page; what is wrong with it, by field."""
        if not isinstance(values, Mapping):
            return {"": guest.words.say("wrong", "stale")}
        if guest.last is not None and guest.last[0] == page:  # as when its receipt was lost
            same = guest.last[1] == dict(values)
            return {} if same else {"": guest.words.say("wrong", "stale")}
        if self._desk.page(guest).id != page:
            return {"": guest.words.say("wrong", "stale")}
        takers: dict[str, Callable[[Guest, Values], Awaitable[Wrong]]] = {
            "language": self._language,
            "consent": self._consent,
            "welcome": self._welcome,
            "camera": self._camera,
            "calibration": partial(self._calibration, face=face),
            "faces": self._faces,
            "rules": self._rules,
            "quiz": self._quiz,
            "decision": partial(self._decision, seconds=seconds, face=face),
            "result": self._result,
            "questions": self._questions,
        }
        if guest.place not in takers:
            return {"": guest.words.say("wrong", "stale")}
        faults = await takers[guest.place](guest, values)
        if not faults:
            guest.last = (page, dict(values))
        return faults

    def _checked(self, guest: Guest, values: Values) -> Wrong:
        """What is wrong with the fields of the page."""
        return problems(self._desk.page(guest).fields, values, guest.words)

    async def _language(self, guest: Guest, values: Values) -> Wrong:
        if faults := problems(self._showing.page(guest).fields, values, self._desk.first_words):
            return faults
        self._desk.record.answered(guest, "language", values, ())
        guest.language = str(values["language"])
        self._desk.show(guest, "consent")
        return {}

    async def _consent(self, guest: Guest, values: Values) -> Wrong:
        if faults := self._checked(guest, values):
            return faults
        if values["consent"] == "no":
            self._desk.end(guest, "declined")
            return {}
        text = self._desk.lab.text("consent", guest.language)
        self._desk.record.stage(
            guest, "consented", language=guest.language, consent=text_hash(text), version=VERSION
        )
        self._desk.prepare(guest)
        return {}

    async def _welcome(self, guest: Guest, values: Values) -> Wrong:
        return self._passed(guest, values, "welcome", self._desk.prepare)

    async def _camera(self, guest: Guest, values: Values) -> Wrong:
        if faults := self._checked(guest, values):
            return faults
        self._desk.record.answered(guest, "camera", values, ())
        self._desk.faces.agreed(guest, values)
        self._desk.prepare(guest)
        return {}

    async def _calibration(self, guest: Guest, values: Values, *, face: FaceSent | None) -> Wrong:
        if faults := self._checked(guest, values):
            return faults
        kept = self._desk.faces.calibrated(guest, face)
        self._desk.record.answered(guest, "calibration", kept, ())
        self._desk.prepare(guest)
        return {}

    async def _faces(self, guest: Guest, values: Values) -> Wrong:
        """A face that is named wrongly is no fault of the form."""
        if faults := self._checked(guest, values):
            return faults
        missed = [k for k, right in self._desk.faces.drawn(guest).items() if values[k] != right]
        self._desk.record.answered(guest, "faces", values, missed)
        self._desk.prepare(guest)
        return {}

    async def _rules(self, guest: Guest, values: Values) -> Wrong:
        return self._passed(guest, values, f"rules/{guest.game}", self._desk.after_rules)

    def _passed(
        self, guest: Guest, values: Values, page: str, then: Callable[[Guest], None]
    ) -> Wrong:
        """Keep that a page was read, and go on; or the faults of its fields."""
        if not (faults := self._checked(guest, values)):
            self._desk.record.answered(guest, page, values, ())
            then(guest)
        return faults

    async def _quiz(self, guest: Guest, values: Values) -> Wrong:
        """Every try is on record. Not to know the answer is no fault of the form."""
        check = self._desk.lab.check
        assert check is not None
        if faults := self._checked(guest, values):
            return faults
        items = self._showing.items(guest)
        missed = [item.field.key for item in items if values[item.field.key] != item.right]
        self._desk.record.answered(guest, f"quiz/{guest.game}", values, missed)
        guest.tries += 1
        if not missed or (guest.tries >= check.tries and not check.must_pass):
            guest.passed.add(guest.game)
            self._desk.go_on(guest)
        elif guest.tries >= check.tries:
            self._desk.end(guest, "screened out")
        else:
            self._desk.show(guest, "quiz")
        return {}

    async def _decision(
        self, guest: Guest, values: Values, *, seconds: float | None, face: FaceSent | None
    ) -> Wrong:
        """A decision is accepted once it is on record."""
        question, table = guest.question, guest.table
        assert question is not None
        assert table is not None
        filled, reading = self._desk.faces.decided(guest, table, values, face)
        fields = {field.key: field for field in decision_fields(question.request, guest.words)}
        too_long = [k for k, v in values.items() if isinstance(v, str) and len(v) > MOST]
        strange = [key for key in values if key not in fields]
        unfit = [key for key in question.request.wrong(filled) if key in fields]
        if unfit := [*too_long, *strange, *unfit]:
            return {
                key: wrong(fields[key], guest.words)
                if values.get(key) not in (None, "") and key in fields
                else guest.words.say("wrong", "missing" if key in fields else "stale")
                for key in map(str, unfit)
            }
        if question.given is not None:
            if question.given != dict(values):
                return {"": guest.words.say("wrong", "stale")}
        elif question.answered.done():  # it came too late
            return {"": guest.words.say("wrong", "stale")}
        else:
            question.given = dict(values)
            took = asyncio.get_running_loop().time() - question.asked
            if reading is not None:
                self._desk.record.read(reading)
            done = filled_in(filled, round(took if seconds is None else seconds, 3))
            question.answered.set_result(done)
        await asyncio.shield(question.kept)
        return {}

    async def _result(self, guest: Guest, values: Values) -> Wrong:
        page = f"result/{guest.results[-1].match}"
        return self._passed(guest, values, page, self._desk.after_result)

    async def _questions(self, guest: Guest, values: Values) -> Wrong:
        about = guest.asked_about
        asked = self._desk.lab.asked("match" if about else "end")
        if faults := problems(question_fields(asked, guest.language), values, guest.words):
            return faults
        page = f"match/{about}" if about else "end"
        given = {key: value for key, value in values.items() if value not in (None, "")}
        self._desk.record.answered(guest, page, given, ())
        if about:
            self._desk.go_on(guest)
        else:
            self._desk.finish(guest)
        return {}
