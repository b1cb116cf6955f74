"""`ReplyReader`: reads the answers to the questions of `PromptRenderer`."""

from dataclasses import dataclass
from typing import Any

from games.core.types import Action, Speech
from prompts.core.reading.alternatives import answers, exchanged
from prompts.core.reading.lenient import read_leniently
from prompts.core.reading.reply import Reading, read_reply, reply_schema
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.types import Form, View, Wording


@dataclass(frozen=True)
class ReplyReader:
    """Reads the answers of one seat of a match.

    Args:
        voice: wording settings of the player.
        wording: wording drawn for the match.
    """

    voice: Voice
    wording: Wording

    def schema(self, view: View) -> dict[str, Any]:
        """The JSON schema of a legal reply to the question of a view; see `reply_schema`."""
        return reply_schema(view.space, self.voice, view.observation.game, self.wording)

    def read(self, text: str, view: View, form: Form, *, truncated: bool = False) -> Reading:
        """The strict reading of a reply to it; see `read_reply`."""
        asked = view.space, self.voice, view.observation.game, form, self.wording
        return read_reply(text, *asked, truncated=truncated)

    def guess(self, text: str, view: View, form: Form) -> Action | None:
        """The lenient reading; see `read_leniently`. None where no move was asked for."""
        if view.space is None:
            return None
        asked = view.space, self.voice, view.observation.game, form, self.wording
        return read_leniently(text, *asked)

    def answers(self, view: View, form: Form, reported: Reading | None) -> dict[Action, str]:
        """The shortest reply that gives each option; see `answers`."""
        assert view.space is not None
        assert not isinstance(view.space, Speech)
        labels = Labels.of(self.voice, view.observation.game, self.wording)
        return answers(view.space, self.voice, labels, form, reported)

    def exchanged(self, text: str, view: View, form: Form, read: Reading) -> dict[Action, str]:
        """A reply with each option in the place of the one that it gives; see `exchanged`."""
        if view.space is None or read.action is None or isinstance(view.space, Speech):
            return {}
        labels = Labels.of(self.voice, view.observation.game, self.wording)
        return exchanged(text, view.space, self.voice, labels, form, read.action)
