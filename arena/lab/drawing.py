"""The drawn faces of a match: what each player has shown last, as a participant knows it."""

from arena.design.tournament import Tournament
from arena.lab.guest import Guest, Table
from arena.lab.pages import Face
from arena.lab.words import Words
from prompts import View

State = tuple[str, int | None]
"""An emotion, and its intensity where it is shown."""

NOTHING: State = ("", None)
"""Of a player who has shown nothing."""


def drawn_faces(
    tournament: Tournament, table: Table, guest: Guest, seen: int | None = None
) -> tuple[Face, ...]:
    """A face for each other player, where emotions are perceived, and one's own, where it is shown.

    Args:
        tournament: the design.
        table: where the participant sits.
        guest: the participant.
        seen: number of displays that were known at the question before: later ones change a face
            now; None if no face changes.
    """
    if guest.question is None:
        return ()
    view, words, own = guest.question.request.view, guest.words, table.seat_of(guest)
    faces = []
    emotion = guest.question.request.voice.emotion
    if emotion.perceives:
        deciders = tournament.games[table.match.game].deciders
        others = [seat for seat in deciders if seat != own]
        faces = [_other(view, seat, words, seen, alone=len(others) == 1) for seat in others]
    if emotion.told_of_viewers:
        shown = [each.affect for each in view.own if each.affect is not None and each.affect.shown]
        last = (shown[-1].shown or "", shown[-1].shown_intensity) if shown else NOTHING
        faces.append(drawn_face(own, words.say("drawn", "own"), last, words))
    return tuple(faces)


def _other(view: View, seat: int, words: Words, seen: int | None, *, alone: bool) -> Face:
    """The face of somebody else."""
    shown = [(n, each) for n, each in enumerate(view.displays) if each.player == seat]
    states = [NOTHING, *((each.emotion, each.intensity) for _, each in shown)]
    changes = bool(shown) and seen is not None and shown[-1][0] >= seen
    who = words.say("drawn", "other") if alone else words.say("drawn", "player", player=seat + 1)
    return drawn_face(seat, who, states[-1], words, states[-2] if changes else None)


def drawn_face(
    seat: int,
    who: str,
    state: State,
    words: Words,
    before: State | None = None,
) -> Face:
    """The face of a player.

    Args:
        seat: whose.
        who: the same in words.
        state: what was shown last.
        words: in the viewer's language.
        before: from which it changes now; None if it does not.
    """
    emotion, intensity = state
    said = words.say("drawn", "nothing")
    if emotion and intensity is None:
        said = words.emotion(emotion)
    elif emotion:
        said = words.say("drawn", "shown", emotion=words.emotion(emotion), intensity=intensity)
    return Face(seat, who, emotion, intensity, said, before)
