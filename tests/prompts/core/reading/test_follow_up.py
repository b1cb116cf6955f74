"""Reasoning is stored with a reply and never shown again."""

import pytest

from prompts import Message, ask_check, check_again, render_again
from prompts.core.reading.fields import shown_again
from prompts.core.rendering.voice import Voice
from prompts.core.types import Verdict

SENT = (Message("system", "rules"), Message("user", "question"))
THOUGHT = "a King"
REPLIES = [
    ('{"reasoning": "I hold a King.", "action": "bet"}', '{"action": "bet"}'),
    ('{"action": "bet", "reasoning": "I hold a King."}', '{"action": "bet"}'),
    ('{"reasoning": "I hold \\"a King\\", so {", "action": "b', '{"action": "b'),
    ('{"reasoning": "I hold a King and', "{"),
    ("{'reasoning': 'I hold a King', 'action': 'bet'}", "{'action': 'bet'}"),
    ("{“reasoning”: “I hold a King”, “action”: “bet”}", "{“action”: “bet”}"),
    ('{"Überlegung": "I hold a King", "action": "setzen"}', '{"action": "setzen"}'),
    ('{"рассуждение": "I hold a King", "ход": "чек"}', '{"ход": "чек"}'),
    ("REASONING: I hold a King.\nACTION: bet", "ACTION: bet"),
    ("**REASONING:** I\n\nhold a King.\n\n**FELT:** fear\nACTION: ?", "**FELT:** fear\nACTION: ?"),
    ("1. REASONING: a King\n2. ACTION: bet", "2. ACTION: bet"),
    ("ACTION: bet\nREASONING: I hold a King.\n\nIt wins.", "ACTION: bet"),
    ("ACTION: bet, reasoning: a King", "ACTION: bet"),
    ("ÜBERLEGUNG: a King\nZUG: setzen", "ZUG: setzen"),
    ("РАССУЖДЕНИЕ: a King\nХОД: чек", "ХОД: чек"),
    ("REASONING: a King\nVALENCE: 2", "VALENCE: 2"),
    ("<think>a King</think>ACTION: bet\n", "ACTION: bet"),
    ("<think>a King", ""),
    ("REASONING: a King, action: fold would be silly", ""),
]


@pytest.mark.parametrize(("reply", "left"), REPLIES)
def test_what_is_shown_again_is_the_reply_without_its_reasoning(reply: str, left: str) -> None:
    assert THOUGHT in " ".join(reply.replace('\\"', "").split())
    assert shown_again(reply) == left


@pytest.mark.parametrize(
    "reply", ["ACTION: bet", "I bet.\n\nGood reasoning: none.", '{"action": 1}']
)
def test_a_reply_without_reasoning_is_shown_as_it_came(reply: str) -> None:
    assert shown_again(reply) == reply


@pytest.mark.parametrize(("reply", "left"), REPLIES)
def test_no_way_to_go_on_shows_reasoning_or_makes_an_empty_turn(reply: str, left: str) -> None:
    for messages in (
        render_again(SENT, reply, "illegal", Voice()),
        ask_check(SENT, reply, Voice(), "text"),
        check_again(SENT, reply, Verdict.ILLEGAL, "en"),
    ):
        assert all(message.content for message in messages)
        assert THOUGHT not in " ".join(message.content for message in messages)
        assert messages[-1].role == "user"
        if left:
            assert messages[:-1] == (*SENT, Message("assistant", left))
        else:
            assert messages[0] == SENT[0]
            assert messages[1].content.startswith("question\n\n")
