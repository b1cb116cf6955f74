"""Missing texts of a language, found by rendering every message."""

from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import Any, get_args

import games
from games.core.exchanges import ADVISED, TALKED
from games.core.types import Observation
from prompts.core.audit.observations import conversations, kinds, third_round
from prompts.core.rendering.belief import belief_voice
from prompts.core.rendering.council import chair_voice, member_voice
from prompts.core.rendering.emotion import (
    PLACEBO,
    VOCABULARY,
    Cause,
    Emotion,
    Intensity,
    Mode,
    Report,
)
from prompts.core.rendering.render import PromptRenderer
from prompts.core.rendering.voice import Coplayer, Frame, Goal, Reasoning, Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import TextError, catalogue, placeholders, texts_below
from prompts.core.texts.plurals import FRACTION, categories, units
from prompts.core.texts.slots import wordings
from prompts.core.types import (
    PLAIN,
    Affect,
    Asking,
    Display,
    NeutralReport,
    OwnMove,
    View,
    Wording,
)

FEWEST = 30
"""Least number of wordings of the rules of a game, per frame and language."""

FEWEST_EVENTS = 3
"""Least number of events per emotion and cause."""

_MODEL = "en"
"""The language with which the others are compared, key by key."""


def gaps(language: str) -> tuple[str, ...]:
    """All missing texts of a language, one line each; none if it is complete.

    Raises:
        BadInput: the language is unknown.
    """
    missing: tuple[str, ...] = (
        *_keys(language),
        *_labels(language),
        *_plurals(language),
        *chain.from_iterable(_game(language, game) for game in games.available()),
        *chain.from_iterable(_events(language, each) for each in catalogue().inductions(_MODEL)),
        *_conditions(language),
    )
    if language == _MODEL:  # faces belong to no language
        missing = (*missing, *map(_faceless, filter(lacks_face, catalogue().emotions(_MODEL))))
    return tuple(dict.fromkeys(f"{language}: {gap}" for gap in missing))


def game_gaps(language: str, game: str) -> tuple[str, ...]:
    """The missing texts of a game in a language, one line each.

    Raises:
        BadInput: the language is unknown.
    """
    missing = (*_keys(language, ("game", game)), *_game(language, game))
    return tuple(dict.fromkeys(f"{language}: {gap}" for gap in missing))


def emotion_gaps(language: str, emotion: str) -> tuple[str, ...]:
    """The missing texts of an emotion in a language, one line each.

    Raises:
        BadInput: the language is unknown.
    """
    induced = emotion in catalogue().inductions(_MODEL)
    missing = [*_keys(language, ("emotion", emotion))]
    missing += [_faceless(emotion)] if lacks_face(emotion) else []
    missing += [*_undosed(language, emotion), *_events(language, emotion)] if induced else []
    for about in _two_and_several() if induced else ():
        missing += _rendered(about, _induced(language, emotion))
    return tuple(dict.fromkeys(f"{language}: {gap}" for gap in missing))


def lacks_face(emotion: str) -> bool:
    """Whether an emotion that can be shown has no face."""
    return emotion in catalogue().emotions(_MODEL) and catalogue().face(emotion) is None


def _faceless(emotion: str) -> str:
    return f"no text for emotion.{emotion}.face"


def lacking(emotion: str) -> tuple[str, ...]:
    """Languages in which an emotion cannot be reported, or cannot be induced in every dose.

    Args:
        emotion: an emotion that the model language can report or induce.
    """
    rules = next(games.play_by(each) for each in games.REGISTRY.usable().values())
    about = rules.observe(rules.initial_state(), rules.deciders[0])
    model, languages = catalogue(), []
    for language in model.languages:
        told = emotion not in model.emotions(_MODEL) or emotion in model.emotions(language)
        voices = _induced(language, emotion) if emotion in model.inductions(_MODEL) else ()
        if not told or any(_unsaid(about, voice) for voice in voices):
            languages.append(language)
    return tuple(languages)


def _unsaid(about: Observation, voice: Voice) -> bool:
    try:
        Writer(about, voice, PLAIN).induction()
    except TextError:
        return True
    return False


def counts(language: str) -> tuple[str, ...]:
    """Number of wordings of the rules in each frame, one line per game.

    Raises:
        BadInput: the language is unknown.
    """
    lines = []
    for game in games.available() if catalogue().get(language) else ():
        each = ", ".join(f"{frame} {_count(language, game, frame)}" for frame in _frames())
        lines.append(f"{language}  {game}: {each}")
    return tuple(lines)


def counted(language: str, game: str, frame: Frame) -> int:
    """Number of wordings of a game's rules, in the variant with the fewest.

    Raises:
        TextError: the game has no rules, or its rules are not a list of slots.
    """
    voice = Voice(language=language, frame=frame)
    return min(wordings(Writer(seen, voice, PLAIN).slots()[0]) for seen in kinds(game))


def _count(language: str, game: str, frame: Frame) -> int:
    try:
        return counted(language, game, frame)
    except ValueError:
        return 0


def _keys(language: str, below: tuple[str, ...] = ()) -> Iterator[str]:
    """Texts of the model language that this one lacks, and the reverse."""
    own, model = (
        {_common(path) for path in _prompted(code) if path[: len(below)] == below}
        for code in (language, _MODEL)
    )
    yield from (f"no text for {'.'.join(path)}" for path in sorted(model - own))
    framed = {_unframed(path) for path in model}
    for path in sorted(own - model):
        if _unframed(path) not in framed:
            yield f"nothing uses {'.'.join(path)}"


def _prompted(language: str) -> Iterator[tuple[str, ...]]:
    """Paths of all texts shared by the languages; answers and inflections differ by language."""
    for path in _paths(catalogue().get(language)):
        if path[0] not in {"reply", "plural"} and not {"forms", "agrees"} & {*path}:
            yield path


def _common(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path without the form of a degree, since each language has its own forms."""
    return (*path[:2], path[-1]) if path[:2] == ("induction", "degree") else path


def _paths(texts: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401
    """Paths of all texts; forms for no other player, one and several count as one text."""
    if not isinstance(texts, dict) or {*texts} - {"alone"} == {"other", "others"}:
        yield path
        return
    for key, value in texts.items():
        yield from _paths(value, (*path, key))


def _unframed(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for at, key in enumerate(path) if at not in {1, 2} or key not in _frames())


def _frames() -> tuple[Frame, ...]:
    return get_args(Frame)


def _labels(language: str) -> Iterator[str]:
    """Words of an answer that cannot be told apart."""
    pools = {
        "emotion": list(catalogue().emotions(language).values()),
        "shape": list((catalogue().find(language, "shape") or {}).values()),
    }
    for frame in _frames():
        pools[f"frame {frame}"] = catalogue().framed(language, frame, "frame", "labels") or []
        for game in games.available():
            own = catalogue().framed(language, frame, "game", game, "labels") or []
            pools[f"game {game} in frame {frame}"] = own
    for name, words in pools.items():
        if len({word.casefold() for word in words}) < len(words):
            yield f"two words of {name} are alike: {', '.join(words)}"


def _plurals(language: str) -> Iterator[str]:
    """Nouns that lack a form for a plural category of the language, or are never counted."""
    nouns = catalogue().find(language, "plural") or {}
    try:
        wanted = categories(language)
        spoken = {key: texts for key, texts in catalogue().get(language).items() if key != "plural"}
        counted = {unit for text in texts_below(spoken) for unit in units(text)}
    except ValueError as error:
        yield str(error)
        return
    for unit in sorted(counted | set(nouns)):
        forms = nouns.get(unit, {})
        path = f"plural.{unit}"
        yield from (f"no text for {path}.{form}" for form in sorted(wanted - set(forms)))
        yield from (
            f"nothing uses {path}.{form}" for form in sorted(set(forms) - wanted - {FRACTION})
        )
        yield from (
            f"{path}.{form} must mention {{n}} and nothing else: {forms[form]!r}"
            for form in sorted((wanted | {FRACTION}) & set(forms))
            if placeholders(forms[form]) != {"n"}
        )
        if unit not in counted:
            yield f"nothing uses {path}"


def _game(language: str, game: str) -> Iterator[str]:
    """Every kind of decision of a game, in every frame."""
    for frame in _frames():
        voice = Voice(language=language, frame=frame)
        if frame != "named" and not catalogue().find(language, "game", game, frame, "rules"):
            yield f"game {game} has no rules of its own in frame {frame}"
        for seen in kinds(game):
            yield from _rendered(seen, (voice,))
        count = _count(language, game, frame)
        if 0 < count < FEWEST:  # where there are none, rendering has said why
            yield f"game {game} has {count} wordings in frame {frame}, fewer than {FEWEST}"


def _events(language: str, induced: str) -> Iterator[str]:
    """Events that are too few, differ from those of the model language, or cannot be rendered."""
    for cause in get_args(Cause)[1:]:
        path = ("emotion", induced, "cause", cause)
        own, model = (catalogue().find(code, *path) or [] for code in (language, _MODEL))
        where = ".".join(path)
        if len(own) < FEWEST_EVENTS:
            yield f"{where} has {len(own)} events, fewer than {FEWEST_EVENTS}"
        if len(own) != len(model):
            yield f"{where} has {len(own)} events, and {len(model)} in {_MODEL}"
        voice = _unchecked(language, Emotion(induced=induced, cause=cause))
        for seen, event in product(_two_and_several(), range(len(own))):
            try:
                Writer(seen, voice, Wording(event=event)).induction()
            except ValueError as error:
                yield str(error)


def _two_and_several() -> tuple[Observation, ...]:
    """An observation of one player among two, and one of a player among several, after an event."""
    seen = [s for game in games.available() for s in kinds(game) if s.events]
    return tuple(next(s for s in seen if (s.players > 2) is several) for several in (False, True))  # noqa: PLR2004


def _conditions(language: str) -> Iterator[str]:
    """Every condition, rendered for one player among two and for one among several."""
    for emotion in catalogue().inductions(_MODEL):
        yield from _undosed(language, emotion)
    voices = tuple(_voices(language))
    for about in _two_and_several():
        yield from _rendered(about, voices)
    plain = tuple(Voice(language=language, frame=frame) for frame in _frames())
    yield from _rendered(third_round(), (each.model_copy(update={"history": 1}) for each in plain))
    shown = Voice(language=language, emotion=Emotion(mode="visible"))
    for about in conversations():
        yield from _rendered(about, (*plain, shown))


def _undosed(language: str, emotion: str) -> Iterator[str]:
    """A line for an induction without doses."""
    state = catalogue().find(language, "emotion", emotion, "state") or "{degree}"
    if emotion != PLACEBO and "degree" not in placeholders(state):
        yield f"the text emotion.{emotion}.state must mention {{degree}}"


def _voices(language: str) -> Iterator[Voice]:
    """Voices that together use every text about conditions."""
    for mode, reasoning in product(get_args(Mode), get_args(Reasoning)):
        emotion = Emotion(mode=mode)
        yield Voice(language=language, emotion=emotion, reasoning=reasoning)
        if emotion.shows:
            more = Emotion(mode=mode, opening=True, shows_intensity=True)
            yield Voice(language=language, emotion=more, reasoning=reasoning)
            yield Voice.model_construct(language=language, emotion=more.by_face())
    yield belief_voice(Voice(language=language))
    yield Voice(language=language, emotion=Emotion(mode="visible", told=False))
    for report in get_args(Report):
        yield Voice(language=language, emotion=Emotion(report=report))
    for goal, frame in product(get_args(Goal), _frames()):
        yield Voice(language=language, goal=goal, frame=frame)
    yield from (Voice(language=language, coplayer=label) for label in get_args(Coplayer))
    for induced in catalogue().inductions(_MODEL):
        yield from _induced(language, induced)
    for mode in get_args(Mode):
        yield from _council(Voice(language=language, emotion=Emotion(mode=mode)))


def _council(council: Voice) -> Iterator[Voice]:
    """Voices of the members of a council, with and without a chair, and of the chair."""
    emotion = council.emotion
    seen = emotion.model_copy(update={"shows_intensity": True}) if emotion.shows else emotion
    council = council.model_copy(update={"emotion": seen})
    for chaired in (False, True):
        yield member_voice(council, Emotion(), chaired=chaired)
    yield chair_voice(council)


def _induced(language: str, induced: str) -> Iterator[Voice]:
    """Voices that induce an emotion, by every cause and in every dose."""
    doses = (None, *get_args(Intensity)) if induced != PLACEBO else (None,)
    for cause, dose in product(get_args(Cause), doses):
        yield _unchecked(language, Emotion(induced=induced, cause=cause, intensity=dose))


def _unchecked(language: str, emotion: Emotion) -> Voice:
    """A voice without a design's checks. Missing words are reported, not refused."""
    vocabulary = tuple(dict.fromkeys((*VOCABULARY, *({emotion.induced} - {PLACEBO, "none"}))))
    return Voice.model_construct(language=language, emotion=emotion, vocabulary=vocabulary)


def _rendered(seen: Observation, voices: Iterable[Voice]) -> Iterator[str]:
    """Errors of rendering each voice, with displays and reports of every kind."""
    other = 0 if seen.player else 1
    shown = product((None, 1), (False, True))
    felt, face, *_ = VOCABULARY
    displays = tuple(Display(other, -1, face, strong, opening) for strong, opening in shown)
    talked = (at for at, event in enumerate(seen.events) if event.kind in {TALKED, ADVISED})
    displays += tuple(Display(other, at, face) for at in talked)
    affects = [Affect(felt, 1, face, strong) for strong in (None, 1)]
    own = [OwnMove(-1, action, affect) for action in (None, "") for affect in affects]
    shapes = catalogue().find(_MODEL, "shape") or {}
    own += [OwnMove(-1, "", None, NeutralReport(shape, 1)) for shape in shapes]
    opening = seen.space is None
    whole, bare = View(seen, displays, tuple(own), opening), View(seen, opening=opening)
    for voice in voices:
        renderer = PromptRenderer(voice, PLAIN)
        for form in get_args(Asking):
            if voice.emotion.section != "answer" and form == "fields":
                continue  # no person is a part of an agent
            view = whole if form == "json" else bare  # reports and displays are told in one way
            try:
                texts = [message.content for message in renderer.render(view, form)]
            except ValueError as error:
                yield str(error)
                continue
            for line in "\n".join(texts).splitlines():
                if "  " in line or line != line.strip():
                    yield f"stray spaces in {line!r}"
