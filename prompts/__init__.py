"""Words out, actions back in."""

from prompts.core.reading.belief import BeliefReading, believe_again, read_belief
from prompts.core.reading.follow_up import render_again
from prompts.core.reading.lenient import read_leniently
from prompts.core.reading.proposal import ProposalReading, propose_again, read_proposal
from prompts.core.reading.reader import ReplyReader
from prompts.core.reading.reply import Reading, read_reply, reply_schema
from prompts.core.reading.self_report import (
    CheckReading,
    Report,
    ask_check,
    check_again,
    check_schema,
    read_check,
)
from prompts.core.rendering.belief import (
    belief_question,
    belief_schema,
    belief_text,
    belief_voice,
    even_shares,
    listed,
)
from prompts.core.rendering.council import Advice, advice_text, chair_voice, member_voice
from prompts.core.rendering.emotion import (
    NEUTRAL,
    PLACEBO,
    VOCABULARY,
    Displayed,
    Emotion,
    Vocabulary,
    inducible,
)
from prompts.core.rendering.render import PromptRenderer, field_labels, render
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import (
    OPENING,
    PLAIN,
    Affect,
    Asking,
    Display,
    Form,
    Message,
    NeutralReport,
    OwnMove,
    Verdict,
    View,
    Wording,
)

__all__ = [
    "NEUTRAL",
    "OPENING",
    "PLACEBO",
    "PLAIN",
    "VOCABULARY",
    "Advice",
    "Affect",
    "Asking",
    "BeliefReading",
    "CheckReading",
    "Display",
    "Displayed",
    "Emotion",
    "Form",
    "Message",
    "NeutralReport",
    "OwnMove",
    "PromptRenderer",
    "ProposalReading",
    "Reading",
    "ReplyReader",
    "Report",
    "Verdict",
    "View",
    "Vocabulary",
    "Voice",
    "Wording",
    "advice_text",
    "ask_check",
    "belief_question",
    "belief_schema",
    "belief_text",
    "belief_voice",
    "believe_again",
    "catalogue",
    "chair_voice",
    "check_again",
    "check_schema",
    "even_shares",
    "field_labels",
    "inducible",
    "listed",
    "member_voice",
    "propose_again",
    "read_belief",
    "read_check",
    "read_leniently",
    "read_proposal",
    "read_reply",
    "render",
    "render_again",
    "reply_schema",
]
