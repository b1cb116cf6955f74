"""Faces of participants: who agrees to the camera, what it says of a decision, what others see.

The browser sends seven probabilities and no picture. Here they become the emotion that is shown, or
the report does, as the design, the participant's consent and the reading have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from arena.core.types import seed_of
from arena.design.tournament import Tournament
from arena.lab.guest import Guest, OpenQuestion, Place, Table
from arena.lab.pages import Camera, FaceSent, Field, Page
from arena.lab.words import Words
from arena.record.readings import BASELINE, CLASSES, DisplayedBy, FaceReading, Measured, label
from prompts import catalogue
from prompts.core.rendering.emotion import ByFace

_INTENSITY = 60
"""Of the drawn faces that are named: the ring is no help."""
UNKNOWN = "unknown"
"""The answer of somebody who cannot tell a drawn face."""


@dataclass(frozen=True)
class Faces:
    """Asks for the camera, and says what is shown.

    Args:
        tournament: the design, which has a lab.
        recogniser: what reads faces in browsers; empty where nothing does.
    """

    tournament: Tournament
    recogniser: str

    @property
    def read(self) -> bool:
        """Whether faces are read of those who agree."""
        lab = self.tournament.lab
        return lab is not None and lab.reads_faces and bool(self.recogniser)

    def due(self, guest: Guest) -> dict[Place, bool]:
        """Pages about faces before the first match, in order, and whether they are shown."""
        lab = self.tournament.lab
        assert lab is not None
        calibrated = self.read and guest.camera.agreed
        return {"camera": self.read, "calibration": calibrated, "faces": lab.name_faces > 0}

    def consent_page(self, guest: Guest, words: Words) -> Page:
        """The question for the camera, apart from that for taking part."""
        lab = self.tournament.lab
        assert lab is not None
        text = [part for part in lab.text("camera", guest.language).split("\n\n") if part.strip()]
        text += [words.say("camera", key) for key in ("read", "kept", "wrong", "free")]
        options = tuple((key, words.say("camera", key)) for key in ("yes", "no"))
        fields = [Field("camera", "choice", words.say("camera", "label"), options)]
        if self._choosers():
            fields.append(Field("beside", "choice", words.say("camera", "beside"), options))
        title, button = words.say("title", "camera"), words.say("button", "send")
        return Page("camera", "camera", guest.language, title, tuple(text), tuple(fields), button)

    def calibration_page(self, guest: Guest, words: Words) -> Page:
        """The face at rest."""
        return Page(
            "calibration",
            "camera",
            guest.language,
            words.say("title", "calibration"),
            (words.say("camera", "calibration"),),
            button=words.say("button", "next"),
            camera=Camera("calibrate", None, self._labels(guest)),
        )

    def naming_page(self, guest: Guest, words: Words) -> Page:
        """Drawn faces to be named."""
        options = (*self._labels(guest).items(), (UNKNOWN, words.say("faces", "unknown")))
        fields = tuple(
            Field(key, "choice", words.say("faces", "label", number=n), options, drawn=emotion)
            for n, (key, emotion) in enumerate(self.drawn(guest).items(), start=1)
        )
        title, button = words.say("title", "faces"), words.say("button", "send")
        said = (words.say("faces", "text"),)
        return Page("faces", "faces", guest.language, title, said, fields, button)

    def drawn(self, guest: Guest) -> dict[str, str]:
        """The emotions of the drawn faces, by key: each as often as any other, in random order."""
        lab = self.tournament.lab
        assert lab is not None
        rng = Random(seed_of("faces", self.tournament.seed, guest.id))
        emotions = [*self._labels(guest)]
        order: list[str] = []
        while len(order) < lab.name_faces:
            order += rng.sample(emotions, len(emotions))
        return {f"face_{n}": emotion for n, emotion in enumerate(order[: lab.name_faces], 1)}

    def agreed(self, guest: Guest, values: Mapping[str, object]) -> None:
        """Keep what somebody agreed to."""
        guest.camera.agreed = values.get("camera") == "yes"
        guest.camera.beside = values.get("beside") == "yes"

    def calibrated(self, guest: Guest, sent: FaceSent | None) -> dict[str, object]:
        """Keep the face at rest; what goes on record of it."""
        measured = Measured("no camera") if sent is None else sent.measured
        if measured.unread is not None or measured.mean is None:
            return {"unread": measured.unread}
        guest.camera.baseline = measured.mean
        return {BASELINE: [*measured.mean], "frames": measured.frames}

    def camera(self, guest: Guest, question: OpenQuestion) -> Camera | None:
        """What the browser does with the camera while a decision is open; None for nothing."""
        voice = question.request.voice
        if not (self.read and voice.emotion.reports and guest.camera.agreed):
            return None
        lab, baseline = self.tournament.lab, guest.camera.baseline
        assert lab is not None
        if isinstance(voice.emotion, ByFace):
            both = lab.display == "both"
            return Camera("choose" if both else "show", baseline, self._labels(guest))
        if voice.emotion.chooses and not guest.camera.beside:
            return None
        return Camera("record", baseline, self._labels(guest))

    def decided(
        self, guest: Guest, table: Table, values: Mapping[str, object], sent: FaceSent | None
    ) -> tuple[dict[str, object], FaceReading | None]:
        """An answer with what is shown by the face, and the reading as it goes on record.

        Args:
            guest: who answers.
            table: where.
            values: of the page's fields.
            sent: by the browser; None if it sent nothing of a face.
        """
        question = guest.question
        assert question is not None
        voice = question.request.voice
        lab = self.tournament.lab
        if lab is None or not (lab.reads_faces and voice.emotion.reports):
            return dict(values), None
        measured = self._measured(guest, question, sent)
        read: tuple[str, int] | tuple[None, None] = (None, None)
        if measured.unread is None and measured.mean is not None:
            read = label(measured.mean, guest.camera.baseline)
        display: DisplayedBy = "buttons" if voice.emotion.shows else "nothing"
        filled = dict(values)
        if isinstance(voice.emotion, ByFace):
            shown: dict[str, object] = {"shown": values.get("felt")}
            shown["shown_intensity"] = values.get("intensity")
            if read[0] is not None and sent is not None and sent.use:
                display = "face"
                shown = {"shown": voice.emotion_words[read[0]], "shown_intensity": read[1]}
            keys = [
                key for key in voice.asked(move=False) if key in shown and shown[key] is not None
            ]
            filled |= {key: shown[key] for key in keys}
        at = (table.match.id, table.seat_of(guest), question.request.turn)
        return filled, FaceReading(*at, 0, guest.id, display, measured, *read)

    def _measured(self, guest: Guest, question: OpenQuestion, sent: FaceSent | None) -> Measured:
        """What counts of what a browser sent."""
        if not self.recogniser:
            return Measured("not installed")
        if self.camera(guest, question) is None:
            return Measured("refused")
        return Measured("no camera") if sent is None else sent.measured

    def _labels(self, guest: Guest) -> dict[str, str]:
        """The emotions that are told apart, each with its word."""
        words = catalogue().emotions(guest.language)
        return {name: words[name] for name in CLASSES}

    def _choosers(self) -> bool:
        """Whether some person chooses what to show."""
        voices = (self.tournament.player(name).voice for name in self.tournament.people)
        return any(voice is not None and voice.emotion.chooses for voice in voices)
