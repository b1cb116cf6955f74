"""`without_reasoning`: removes a model's thoughts and control tokens from a reply.

Chat templates mark turns, thoughts and boxes with control tokens. Servers that do not know the
template of a model return these tokens within the text.
"""

import re

_THOUGHT = re.compile(
    r"[<\[◁]\|?(?P<end>/|end_(?:of_)?)?(?:(?:begin|start)_(?:of_)?)?(?:[a-z]{1,12}:)?"
    r"(?:(?:ant|inner_?)?(?:think|thinking|thought|thoughts)|reasoning|analysis|scratchpad"
    r"|reflection|inner_monologue)\|?[>\]▷]",
    re.IGNORECASE,
)
"""Tags around thoughts: <think>, [THINK], ◁think▷, <seed:think>, <|START_THINKING|> and others."""
_CHANNEL = "<|channel|>"
_FINAL = re.compile(r"<\|channel\|>final[^<]*<\|message\|>")
_BOX = re.compile(r"<\|(?:begin|end)_of_box\|>")
_TURN = re.compile(
    r"<[|｜][\w▁/]{1,40}[|｜]>|</s>|\A\s*<s>|\[/?INST\]|<</?SYS>>"
    r"|<(?:eos|bos|pad|unk|eot|eod|end_of_turn|start_of_turn|end_of_utterance|end_of_text|endoftext)>"
)
"""Control tokens that begin or end a turn or a text."""


def without_reasoning(text: str) -> str:
    """Text of a reply outside its reasoning.

    An unmatched end ends a thought that began before the text. An unmatched beginning hides the
    rest.
    """
    if _CHANNEL in text:
        *_, last = _FINAL.split(text)
        return _without_signs(last) if _FINAL.search(text) else ""
    kept: list[str] = []
    depth = end = 0
    for tag in _THOUGHT.finditer(text):
        if depth == 0:
            kept.append(text[end : tag.start()])
        if not tag["end"]:
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept.clear()
        end = tag.end()
    return _without_signs("".join(kept) + (text[end:] if depth == 0 else ""))


def _without_signs(text: str) -> str:
    """A text without the control tokens of chat templates; a turn begins a line."""
    if "<" not in text and "[" not in text:
        return text
    return _TURN.sub("\n", _BOX.sub("", text))
