"""How participants get in: the door that a link opens, the seat's page, the waiting room."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from arena.lab.pages import Arrival, Desk, NotAdmitted
from dashboard.lab import html
from dashboard.lab.limits import Addresses
from dashboard.lab.links import Links
from dashboard.lab.settings import Settings

_LONGEST = 200
"""Characters of an id in a query, at the most."""

_AGE = 14 * 24 * 60 * 60
"""Seconds for which a browser keeps its seat."""

_LANGUAGE = "lang"
_LINK = "link"
_DOOR = "door"
_NEW = "new"


@dataclass(frozen=True)
class Entry:
    """Answers what is asked by HTTP.

    Args:
        desk: admits participants.
        links: signs and reads their tokens.
        settings: the application's.
        addresses: limits how often one network address may join.
    """

    desk: Desk
    links: Links
    settings: Settings
    addresses: Addresses

    async def door(self, request: Request) -> Response:
        """What a link opens. Whoever has a seat goes there; looking at a link admits nobody."""
        query, words = dict(request.query_params), self._language(request)
        link = request.path_params.get(_LINK, "")
        hidden = self._kept(query) | ({_LINK: link} if link else {})
        if link and self._arrival(request, hidden) is None:
            return self._told(words, "link", 404)
        if _NEW not in query and self.token(request) and not self._named(hidden):
            return RedirectResponse("/seat", 303)
        if not self.settings.shared and not link:
            return self._told(words, "personal", 403)
        hidden |= {} if link else {_DOOR: self.links.fresh_door()}
        answer = HTMLResponse(html.door_html(words, hidden))
        if _NEW in query:  # the seat is none of this lab's
            answer.delete_cookie(self.settings.cookie, secure=self.settings.secure, httponly=True)
        return answer

    async def join(self, request: Request) -> Response:
        """Admit somebody, and lead to the seat."""
        given = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        words = self._kept(given).get(_LANGUAGE) or self._language(request)
        if not self.addresses.take(request.client.host if request.client else ""):
            answer = self._told(words, "often", 429)
            answer.headers["Retry-After"] = "60"
            return answer
        arrival = self._arrival(request, given)
        if arrival is None:
            return self._told(words, "link", 404)
        if not self.settings.shared and not given.get(_LINK):
            return self._told(words, "personal", 403)
        token = None if self._named(given) else self.token(request)
        try:
            token = token or self.desk.arrive(arrival)
        except NotAdmitted as refusal:
            return HTMLResponse(html.told_html(words, str(refusal)), 403)
        return self._seated(RedirectResponse(f"/seat/{self.links.sign('seat', token)}", 303), token)

    async def seat(self, request: Request) -> Response:
        """The page of a participant. A browser that keeps no cookies stays at a signed address."""
        signed, kept = request.path_params.get("signed", ""), self._cookie(request)
        if not signed and self.token(request) is None:
            return RedirectResponse("/", 303)
        if signed and (token := self.links.read_signed("seat", signed)) is None:
            return self._told(self._language(request), "link", 404)
        if signed and signed == kept:
            return RedirectResponse("/seat", 303)
        path = f"/socket/{signed}" if signed else "/socket"
        answer = HTMLResponse(
            html.shell_html(self._language(request), path, self.settings.recogniser)
        )
        return self._seated(answer, token) if signed and token else answer

    async def room(self, request: Request) -> Response:
        """How many wait, as a page."""
        return HTMLResponse(html.room_html(self._language(request), self.desk.waiting()))

    async def count(self, _request: Request) -> Response:
        """How many wait, as data."""
        return JSONResponse({"waiting": self.desk.waiting()})

    async def lost(self, request: Request, _error: Exception) -> Response:
        """There is no such page."""
        return self._told(self._language(request), "unknown", 404)

    def token(self, asked: HTTPConnection) -> str | None:
        """The token of whoever asks, from the path or from the cookie; None if there is none."""
        signed = asked.path_params.get("signed") or self._cookie(asked)
        return self.links.read_signed("seat", signed)

    def _arrival(self, request: Request, given: Mapping[str, str]) -> Arrival | None:
        """Who comes; None if a link is given that was not made here."""
        link, robot = "", False
        if signed := given.get(_LINK, ""):
            read = self.links.read_signed("link", signed)
            if read is None:
                read = self.links.read_signed("robot", signed)
                robot = read is not None
            if read is None:
                return None
            link = read
        elif signed := given.get(_DOOR, ""):
            link = self.links.read_signed("door", signed) or ""
        kept = self._kept(given)
        language = kept.pop(_LANGUAGE, "")
        device = _device(request.headers.get("user-agent", ""))
        return Arrival(link, kept, device, language, robot)

    def _kept(self, query: Mapping[str, str]) -> dict[str, str]:
        """Of a query, the language, if the design has it, and the ids, cut off where too long."""
        kept = {name: query[name][:_LONGEST] for name in self.settings.ids if query.get(name)}
        if query.get(_LANGUAGE) in self.settings.languages:
            kept[_LANGUAGE] = query[_LANGUAGE]
        return kept

    def _named(self, given: Mapping[str, str]) -> bool:
        """Whether a link says who comes, so that no cookie is needed to know."""
        return _LINK in given or any(given.get(name) for name in self.settings.ids)

    def _language(self, request: Request) -> str:
        """In which language the application speaks before a page says it."""
        asked = request.query_params.get(_LANGUAGE, "")
        if asked in self.settings.languages:
            return asked
        accepted = request.headers.get("accept-language", "")
        return html.best_language(accepted, self.settings.languages)

    def _cookie(self, asked: HTTPConnection) -> str:
        return asked.cookies.get(self.settings.cookie, "")

    def _seated(self, answer: Response, token: str) -> Response:
        """An answer that has the browser keep its seat."""
        signed = self.links.sign("seat", token)
        answer.set_cookie(
            self.settings.cookie,
            signed,
            max_age=_AGE,
            secure=self.settings.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    def _told(self, language: str, key: str, status: int) -> Response:
        return HTMLResponse(html.told_html(language, html.Words(language)[key]), status)


def _device(agent: str) -> str:
    """Phone, tablet or computer, from what a browser says of itself; that is not kept."""
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return "tablet"
    return "phone" if "Mobi" in agent else "computer"
