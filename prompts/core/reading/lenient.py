"""Lenient reading of a reply: a best guess at its action, recorded and never played.

The comparison with the strict reading shows the effect of lenient parsing, as in much published
work, on results.
"""

from contextlib import suppress

from games.core.types import Action, ActionSpace, Amount, Choice, Speech
from prompts.core.reading.answer import Unclear, amounts_named
from prompts.core.reading.fields import find_fields
from prompts.core.reading.numbers import shares_named
from prompts.core.reading.phrases import Mention, option_phrases
from prompts.core.reading.reply import action_of
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.reading.vocabulary import plain, vocabulary
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.types import PLAIN, Form, Wording

_NEAR = 24
"""Number of characters before an option in which a negation is taken to apply to the option."""


def read_leniently(
    text: str,
    space: ActionSpace,
    voice: Voice,
    game: str,
    form: Form,
    wording: Wording = PLAIN,
) -> Action | None:
    """The probable action of a reply, or None if there is no basis for a guess.

    An action of the strict reading is returned unchanged. Otherwise the guess is the only option
    named, or the only number within the bounds. Shares are read as shares of the highest amount.
    The last value of the field is searched first, then all text outside the reasoning.

    Args:
        text: the reply.
        space: actions open to the player.
        voice: wording settings of the player.
        game: name of the game, for its words.
        form: form in which the answer was asked for.
        wording: wording drawn for the match, for the labels of actions.
    """
    if isinstance(space, Speech):
        return None  # nobody guesses at what is free
    labels, said = Labels.of(voice, game, wording), without_reasoning(text)
    fields = find_fields(said, form)
    with suppress(Unclear):
        action = action_of(fields, said, space, labels, voice.language)
        if action is not None:
            return action
    for place in (*map(str, fields.values.get("action", [])[-1:]), said):
        guesses = _guesses(plain(place), space, labels, voice.language)
        if len(guesses) == 1:
            return guesses.pop()
        if guesses:
            return None
    return None


def _guesses(text: str, space: Choice | Amount, labels: Labels, language: str) -> set[Action]:
    if isinstance(space, Choice):
        return set(_options(text, space, labels))
    exact = {n for n in amounts_named(text, language) if n in space}
    shares = {share * space.high for share in shares_named(text)}
    whole = {int(n) for n in shares if n.denominator == 1 and int(n) in space}
    return set(whole or exact)


def _options(text: str, space: Choice, labels: Labels) -> set[str]:
    phrases = option_phrases(labels, space)
    text = phrases.spelled(text)
    return {
        mention.value
        for mention in phrases.mentions(text)
        if mention.value in space and not _is_negated(text, mention)
    }


def _is_negated(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - _NEAR) : mention.start]
    clause = max(map(before.rfind, ".,;:!?\n"))
    return vocabulary().negations.search(before, clause + 1) is not None
