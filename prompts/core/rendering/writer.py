"""`Writer`: the sentences about one observation, in one voice and one wording."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

from games.core.exchanges import ADVISED, MESSAGES, TALKED
from games.core.messages import silent
from games.core.seats import part_of
from games.core.types import ActionSpace, Amount, Event, Fact, Observation, Text
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import TextError, catalogue, fill, placeholders
from prompts.core.texts.plurals import Count
from prompts.core.texts.slots import Group, flatten, say
from prompts.core.types import Display, NeutralReport, OwnMove, Wording

_QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»‹›', "'"))
"""Marks that could end a quotation, each with what stands for it."""


class Writer:
    """Looks up texts and fills in their values.

    Args:
        seen: observation of the player.
        voice: wording settings of the player.
        wording: wording drawn for the match.
    """

    def __init__(self, seen: Observation, voice: Voice, wording: Wording) -> None:
        self.seen = seen
        self.voice = voice
        self.wording = voice.worded(wording)
        self.labels = Labels.of(voice, seen.game, wording)

    def slots(self, *path: str) -> tuple[list[Group], AbstractSet[str]]:
        """The slots of rules, and the facts that decided which.

        Args:
            path: of the texts that hold them; those of the game if left out.
        """
        where, facts = path or ("game", self.seen.game), self.seen.facts
        variant = (self.voice.language, self.voice.frame, min(self.seen.players, 3))
        known = catalogue().flat.setdefault((*variant, *where), [])
        for groups, cases in known:
            if all(str(facts.get(fact)) == value for fact, value in cases.items()):
                return groups, cases.keys()
        decided: dict[str, str] = {}

        def case(fact: str) -> Any:  # noqa: ANN401
            decided[fact] = str(facts[fact])
            return self._rows(*where, "cases", fact, decided[fact])

        groups = flatten(self._rows(*where, "rules"), case)
        known.append((groups, decided))
        return groups, decided.keys()

    def rules(self) -> Iterator[str]:
        """The rules of the game, and facts common to all games, such as the length."""
        slots, decided = self.slots()
        of_game = silent(self.seen).facts
        facts = {key: fact for key, fact in of_game.items() if key not in decided}
        general = {k: facts.pop(k) for k in tuple(facts) if self._find("frame", "facts", k)}
        rules = say(slots, self.wording.paraphrase, self.wording.order)
        values = {key: self._fact(key, fact) for key, fact in facts.items()}
        named = {name: self._mention(name) for name in placeholders(rules) if name[:1] == "@"}
        yield fill(rules, values | named)
        for key, fact in general.items():
            yield fill(self.text("frame", "facts", key), {key: self._fact(key, fact)})

    @property
    def repeated(self) -> bool:
        """Whether the game is played in rounds, one after another."""
        return not {"rounds", "continuation"}.isdisjoint(self.seen.facts)

    def counted(self, key: str, **facts: Fact) -> str:
        """A sentence on the rounds of the game that are told again, or left out."""
        values = {name: self._fact(name, fact) for name, fact in facts.items()}
        return fill(self.text("frame", "memory", key), values)

    @property
    def stages(self) -> tuple[str, ...]:
        """The kinds of messages that the player knows of: talk, advice."""
        return tuple(key for key in MESSAGES if f"{key}_when" in self.seen.facts)

    def stage_rules(self, stage: str) -> str:
        """The rules of messages of one kind."""
        slots, decided = self.slots("frame", stage)
        values = {
            key: self._fact(key, fact)
            for key, fact in self.seen.facts.items()
            if key.startswith(f"{stage}_") and key not in decided
        }
        return fill(say(slots, self.wording.paraphrase, self.wording.order), values)

    def message_keys(self) -> tuple[str, ...]:
        """The keys of the messages that the player is ever asked for; none if it never is."""
        facts = self.seen.facts
        talks, advises = "talk_when" in facts, facts.get("advice_role") == "adviser"
        writes = talks or (advises and facts["advice_text"] == "yes")
        states = advises or facts.get("talk_states") == "yes"
        return (*["message"] * writes, *["statement"] * states)

    def induction(self) -> str:
        """The emotional state with its intensity, an event, and a possible effect, as sentences."""
        emotion = self.voice.emotion
        parts = [self._state()] if emotion.state else []
        if emotion.cause != "simple":
            parts.append(self._cause())
        if emotion.demand:
            parts.append(self.text("induction", "effect"))
        return " ".join(parts)

    def _state(self) -> str:
        """The player's emotional state with its intensity."""
        emotion = self.voice.emotion
        state = self.text("emotion", emotion.induced, "state")
        if "degree" not in placeholders(state):
            return state
        return fill(state, {"degree": self._degree()})

    def _cause(self) -> str:
        """The event drawn from the emotion's events for this cause."""
        emotion = self.voice.emotion
        events = self._rows("emotion", emotion.induced, "cause", emotion.cause)
        event = events[self.wording.event % len(events)]
        who = {"coplayer": self.text("induction", "coplayer")}
        return fill(event, who if emotion.cause == "coplayer" else {})

    def _degree(self) -> str:
        """The word for the intensity of the induced emotion, in the form that its word requires.

        Raises:
            TextError: the language has several forms, and the emotion does not state its form.
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
        """One line about something that happened; of messages, one for each."""
        if event.kind in {TALKED, ADVISED}:
            return "\n".join(self._messages(event))
        path: tuple[str, ...] = ("frame", "events", event.kind)
        if self._find(*path) is None:
            path = ("game", self.seen.game, "events", event.kind)
        facts = dict(event.facts)
        player = facts.pop("player", None)
        values = {key: self._fact(key, fact) for key, fact in facts.items()}
        return fill(self.text(*path), values) if player is None else self._by(player, path, values)

    def _messages(self, event: Event) -> Iterator[str]:
        """One line for each message of an event, in seat order."""
        kind = "advice" if event.kind == ADVISED else "talk"
        for player in range(self.seen.players):
            text, stated = event.facts.get(f"text_{player}"), event.facts.get(f"states_{player}")
            if text is None:
                continue
            if kind == "advice" and "advice_length" not in self.seen.facts:
                yield self._by(
                    player, ("frame", kind, "gave"), {"said": self._stated(kind, stated)}
                )
                continue
            quoted = {"text": self._quoted(str(text))} if text else {}
            line = self._by(player, ("frame", "talk", "wrote" if text else "silent"), quoted)
            yield line if stated is None else f"{line} {self._stated(kind, stated)}"

    def _stated(self, kind: str, action: Fact | None) -> str:
        """A sentence on the action that a message states, or that it states none."""
        if action == "":
            return self.text("frame", kind, "unstated")
        assert isinstance(action, str | int)
        word = self.labels.show(action)
        word = fill(self.text("list", "word"), {"word": word}) if isinstance(action, str) else word
        return fill(self.text("frame", kind, "stated"), {"action": word})

    def _quoted(self, text: str) -> str:
        """The text of a message in quotation marks, which it cannot end by itself."""
        return fill(self.text("list", "quote"), {"text": text.translate(_QUOTES)})

    def display(self, display: Display) -> str:
        """One line about another player's display."""
        key = "display_opening" if display.opening else "display"
        if not display.opening and self._is_message(display.at):
            key = "display_message"
        shown = self._emotion(display.emotion, display.intensity)
        return self._by(display.player, ("frame", key), {"emotion": shown})

    def _is_message(self, at: int) -> bool:
        return 0 <= at < len(self.seen.events) and self.seen.events[at].kind in {TALKED, ADVISED}

    def report(self, own: OwnMove) -> str:
        """One line about the player's report, and its display if the player chose it."""
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
        """The question: one for the game, or one per role.

        There it is one per word among the facts, or per kind of answer; where a game asks several
        things of one role, one per kind of the last event, and `first`.
        """
        path: tuple[str, ...] = ("ask",)
        words = [fact for fact in self.seen.facts.values() if isinstance(fact, str)]
        kind = "amount" if isinstance(space, Amount) else "choice"
        last = self.seen.events[-1].kind if self.seen.events else ""
        for key in (part_of(self.seen.role), *words, kind, last, "first"):
            entry = self._find("game", self.seen.game, *path)
            if isinstance(entry, dict) and key in entry:
                path = (*path, key)
        return self.game(*path)

    def role(self) -> str:
        """Role of the player; with its number if several players share the role."""
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
        """The text at a path, in the variant of the frame and of the number of other players.

        Raises:
            TextError: the path has no text.
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
        """With two players, "the other" is unambiguous; with more it is not; alone it is nobody."""
        entry = self._find(*path)
        if not isinstance(entry, dict):
            return entry
        if self.seen.players == 1 and "alone" in entry:
            return entry["alone"]
        return entry.get("others" if self._several else "other")

    @property
    def _several(self) -> bool:
        return self.seen.players > 2  # noqa: PLR2004

    def _find(self, *path: str) -> Any:  # noqa: ANN401
        return catalogue().framed(self.voice.language, self.voice.frame, *path)

    def _by(self, player: Fact, path: tuple[str, ...], values: Mapping[str, str]) -> str:
        """A line about a player: the player itself, the only other one, or one of several."""
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
        if isinstance(fact, Text):
            return fact.of(self.voice.language)
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
    """One word, two words joined by the conjunction, or more with commas."""
    *before, end = words
    return f"{', '.join(before)}{last}{end}" if before else end
