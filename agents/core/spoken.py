"""`Spoken`: the properties of a spoken-to player that the match loop reads."""

from prompts import ReplyReader


class Spoken:
    """A player in a seat, as far as displays of emotion go.

    Attributes:
        reader: reader of its answers; its voice has the wording settings.
    """

    reader: ReplyReader

    @property
    def opens(self) -> bool:
        """Whether it shows an emotion before the first move."""
        return self.reader.voice.emotion.opening

    @property
    def told(self) -> bool:
        """Whether it is told that others see its emotion."""
        return self.reader.voice.emotion.told_of_viewers

    @property
    def perceives(self) -> bool:
        """Whether it sees the displays of others."""
        return self.reader.voice.emotion.perceives
