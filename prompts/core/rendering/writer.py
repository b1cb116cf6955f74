"""`Writer`: the sentences about one observation, in one voice and one wording."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.core.seats import part_of
from games.core.types import ActionSpace, Amount, Event, Fact, Observation
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import TextError, catalogue, fill, placeholders
from prompts.core.texts.plurals import Count
from prompts.core.texts.slots import Group, flatten, say
from prompts.core.types import Display, NeutralReport, OwnMove, Wording


class Writer:
    """Finds texts and fills them.

    Args:
        seen: what the player perceives.
        voice: how the player is spoken to.
        wording: what was drawn for the match.
    """

    def __init__(self, seen: Observation, voice: Voice, wording: Wording) -> None:
        self.seen = seen
        self.voice = voice
        self.wording = voice.worded(wording)
        self.labels = Labels.of(voice, seen.game, wording)

    def slots(self) -> tuple[list[Group], set[str]]:
        """The slots of the rules, and the facts that decided which."""
        decided: set[str] = set()

        def case(fact: str) -> Any:  # noqa: ANN401
            decided.add(fact)
            return self._rows("game", self.seen.game, "cases", fact, str(self.seen.facts[fact]))

        return flatten(self._rows("game", self.seen.game, "rules"), case), decided

    def rules(self) -> Iterator[str]:
        """The rules of the game, and facts that any game may have, such as its length."""
        slots, decided = self.slots()
        facts = {key: fact for key, fact in self.seen.facts.items() if key not in decided}
        general = {k: facts.pop(k) for k in tuple(facts) if self._find("frame", "facts", k)}
        rules = say(slots, self.wording.paraphrase, self.wording.order)
        values = {key: self._fact(key, fact) for key, fact in facts.items()}
        named = {name: self._mention(name) for name in placeholders(rules) if name[:1] == "@"}
        yield fill(rules, values | named)
        for key, fact in general.items():
            yield fill(self.text("frame", "facts", key), {key: self._fact(key, fact)})

    def induction(self) -> str:
        """The state and its intensity, an event, and what it can do: whole sentences."""
        emotion = self.voice.emotion
        parts = [self._state()] if emotion.state else []
        if emotion.cause != "simple":
            parts.append(self._cause())
        if emotion.demand:
            parts.append(self.text("induction", "effect"))
        return " ".join(parts)

    def _state(self) -> str:
        """What the player feels, and how strongly."""
        emotion = self.voice.emotion
        state = self.text("emotion", emotion.induced, "state")
        if "degree" not in placeholders(state):
            return state
        return fill(state, {"degree": self._degree()})

    def _cause(self) -> str:
        """The event that was drawn, of those that the emotion has for this cause."""
        emotion = self.voice.emotion
        events = self._rows("emotion", emotion.induced, "cause", emotion.cause)
        event = events[self.wording.event % len(events)]
        who = {"coplayer": self.text("induction", "coplayer")}
        return fill(event, who if emotion.cause == "coplayer" else {})

    def _degree(self) -> str:
        """The word for how strong the induced emotion is, in the form that its word takes.

        Raises:
            TextError: the language has several forms, and the emotion does not say which it takes.
        """
        emotion = self.voice.emotion
        forms = self._find("induction", "degree") or {}
        path = ["induction", "degree", emotion.intensity or "unstated"]
        if any(isinstance(form, dict) for form in forms.values()):
            agrees = self._find("emotion", emotion.induced, "agrees")
            if agrees not in forms:
                where = f"{self.voice.language}.emotion.{emotion.induced}.agrees"
                raise TextError(
                    f"{where} must be one of {', '.join(sorted(forms))}, not {agrees!r}"
                )
            path.insert(2, agrees)
        return self.text(*path)

    def event(self, event: Event) -> str:
        """One line about something that happened."""
        path: tuple[str, ...] = ("frame", "events", event.kind)
        if self._find(*path) is None:
            path = ("game", self.seen.game, "events", event.kind)
        facts = dict(event.facts)
        player = facts.pop("player", None)
        values = {key: self._fact(key, fact) for key, fact in facts.items()}
        return fill(self.text(*path), values) if player is None else self._by(player, path, values)

    def display(self, display: Display) -> str:
        """One line about what somebody showed."""
        key = "display_opening" if display.opening else "display"
        shown = self._emotion(display.emotion, display.intensity)
        return self._by(display.player, ("frame", key), {"emotion": shown})

    def report(self, own: OwnMove) -> str:
        """One line about what the player reported, and showed where it chose that."""
        if own.neutral is not None:
            return fill(self.text("frame", "reported_neutral"), {"shape": self._shape(own.neutral)})
        affect = own.affect
        assert affect is not None
        if self.voice.emotion.section == "council":
            shown = {"shown": self._emotion(affect.shown or affect.felt, affect.shown_intensity)}
            return fill(self.text("council", "showed"), shown)
        key = "reported_opening" if own.action is None else "reported"
        felt = {"felt": self._emotion(affect.felt, affect.intensity)}
        line = fill(self.text("frame", key), felt)
        if affect.shown is None or not self.voice.emotion.chooses:
            return line
        shown = {"shown": self._emotion(affect.shown, affect.shown_intensity)}
        return f"{line} {fill(self.text('frame', 'showed'), shown)}"

    def ask(self, space: ActionSpace) -> str:
        """The question: one for the game, or one per role, and there one per kind of answer."""
        path: tuple[str, ...] = ("ask",)
        for key in (part_of(self.seen.role), "amount" if isinstance(space, Amount) else "choice"):
            if isinstance(self._find("game", self.seen.game, *path), dict):
                path = (*path, key)
        return self.game(*path)

    def role(self) -> str:
        """What the player is; of players who are alike, with its number."""
        part = part_of(self.seen.role)
        about = self.game("roles", part)
        if part == self.seen.role:
            return about
        numbers = {"number": str(self.seen.player + 1), "players": str(self.seen.players)}
        return fill(about, {name: numbers[name] for name in placeholders(about)})

    def game(self, *path: str) -> str:
        """A text of the game."""
        return self.text("game", self.seen.game, *path)

    def text(self, *path: str) -> str:
        """The text at a path: the frame's own, and the one for as many others as there are.

        Raises:
            TextError: there is none.
        """
        text = self._company(path)
        if not isinstance(text, str):
            raise TextError(f"no text for {'.'.join((self.voice.language, *path))}")
        return text

    def _rows(self, *path: str) -> Any:  # noqa: ANN401
        rows = self._company(path)
        if not isinstance(rows, list):
            raise TextError(f"no list of texts for {'.'.join((self.voice.language, *path))}")
        return rows

    def _company(self, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        """With two players, "the other" says who; with more it does not."""
        entry = self._find(*path)
        company = "others" if self._several else "other"
        return entry.get(company) if isinstance(entry, dict) else entry

    @property
    def _several(self) -> bool:
        return self.seen.players > 2  # noqa: PLR2004

    def _find(self, *path: str) -> Any:  # noqa: ANN401
        return catalogue().framed(self.voice.language, self.voice.frame, *path)

    def _by(self, player: Fact, path: tuple[str, ...], values: Mapping[str, str]) -> str:
        """A line about somebody: the player itself, the only other one, or one of several."""
        if player == self.seen.player:
            return fill(self.text(*path, "own"), values)
        if self._several:
            values = {**values, "player": str(int(player) + 1)}  # type: ignore[arg-type]
        return fill(self.text(*path), values)

    def _emotion(self, emotion: str, intensity: int | None) -> str:
        word = self.text("emotion", emotion, "word")
        if intensity is None:
            return word
        how = {"emotion": word, "intensity": str(intensity)}
        return fill(self.text("frame", "emotion"), how)

    def _shape(self, report: NeutralReport) -> str:
        how = {"shape": self.text("shape", report.shape), "size": str(report.size)}
        return fill(self.text("frame", "shape"), how)

    def _fact(self, key: str, fact: Fact) -> str:
        if isinstance(fact, int | Fraction):
            return Count(self.labels.show(fact), fact, self.voice.language)
        if isinstance(fact, str):
            return self.labels.show(fact)
        line = self.game("items", key)
        return "\n".join(
            fill(line, {name: self.labels.show(value) for name, value in item.items()})
            for item in self.labels.rows(fact)
        )

    def _mention(self, name: str) -> str:
        """Actions in a sentence: `{@call}` is one, `{@fold/call}` a list in the order drawn."""
        actions = self.labels.ordered(name[1:].split("/"))
        words = [fill(self.text("list", "word"), {"word": self.labels.show(a)}) for a in actions]
        return _listed(words, self.text("list", "or"))


def _listed(words: Sequence[str], last: str) -> str:
    """One word, two with the conjunction between them, or more with commas before."""
    *before, end = words
    return f"{', '.join(before)}{last}{end}" if before else end
