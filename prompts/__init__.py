"""Words out, actions back in."""

from prompts.core.catalogue import catalogue
from prompts.core.render import render, render_again
from prompts.core.reply import Reading, read_reply, reply_schema
from prompts.core.types import (
    OPENING,
    PLAIN,
    Affect,
    Display,
    Form,
    Message,
    OwnMove,
    Verdict,
    View,
    Wording,
)
from prompts.core.voice import Emotion, Voice

__all__ = [
    "OPENING",
    "PLAIN",
    "Affect",
    "Display",
    "Emotion",
    "Form",
    "Message",
    "OwnMove",
    "Reading",
    "Verdict",
    "View",
    "Voice",
    "Wording",
    "catalogue",
    "read_reply",
    "render",
    "render_again",
    "reply_schema",
]
