"""Words out, actions back in."""

from prompts.core.catalogue import catalogue
from prompts.core.lenient import read_leniently
from prompts.core.render import render, render_again
from prompts.core.reply import Reading, read_reply, reply_schema
from prompts.core.types import Affect, Display, Form, Message, OwnMove, Verdict, View
from prompts.core.voice import Emotion, Voice

__all__ = [
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
    "catalogue",
    "read_leniently",
    "read_reply",
    "render",
    "render_again",
    "reply_schema",
]
