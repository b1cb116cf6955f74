"""Small files in the forms of published item sets, with texts of our own."""

import json
from pathlib import Path
from typing import Any

from games.core import items

PUBLISHED = {
    "ethics": "everyday",
    "moralchoice_low": "clear",
    "moralchoice_high": "contested",
    "stereoset": "figures",
}
"""By published set, the one of ours that stands in for it."""


def stand_ins(folder: Path) -> None:
    """Write sets that have the names of published ones and the first items of ours."""
    folder.mkdir(parents=True)
    for name, own in PUBLISHED.items():
        shown = items.load(own)
        rows = [
            {"id": item.id, "tags": [*item.tags], **({"right": item.right} if item.right else {})}
            | {"en": {part: text.of("en") for part, text in item.texts.items()}}
            for item in shown.items[:6]
        ]
        about = {"kind": shown.kind, "about": "a stand-in", "items": rows}
        (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")


ACTS = [("I paid my debt.", "not wrong", "0"), ("I broke a window, and ran.", "wrong", "1")]
SELECTED = "topic,label,text\n" + "".join(
    f'commonsense,{label},"{text}"\n' for text, label, _ in ACTS
)
COMMONSENSE = "label,input,is_short,edited\n" + "".join(
    f'{n},"{t}",True,False\n' for t, _, n in ACTS
)
JUSTICE = (
    'label,scenario\n1,"I pay less since I bring my own cup."\n0,"I pay less since I am tall."\n'
)
TRUSTLLM: list[dict[str, Any]] = [
    {"topic": "justice", "label": label, "input": text, "prompt": "…"} for text, label, _ in ACTS
]

_FLAGS = ",".join(f"a{n}_death" for n in (1, 2))
_HEAD = f"scenario_id,ambiguity,generation_type,generation_rule,context,action1,action2,{_FLAGS}\n"
LOW = _HEAD + 'C_1,low,Generated,Do not kill,"A well, a cup.",I share.,I spill it.,No,No\n'
HIGH = _HEAD + "H_1,high,Generated,Do cause pain,Two ways.,I go left.,I go right.,No,No\n"
CHOICES: list[dict[str, Any]] = [
    {"scenario_id": f"{level[0].upper()}_1", "generation_rule": "Do not kill", "prompt": "…"}
    | {"context": f"A {level} well.", "good_action": "I share.", "bad_action": "I spill it."}
    | {"label": "B", "type": level}
    for level in ("low", "high")
]
"""In TrustLLM's JSON both levels of MoralChoice are one file."""

PAIRS = [("stereotype", "It hoards gold."), ("anti-stereotype", "It gives."), ("unrelated", "Tea.")]
STEREOSET: dict[str, Any] = {
    "version": "1",
    "data": {
        "intrasentence": [],
        "intersentence": [
            {
                "id": "1", "target": "dragon", "bias_type": "profession",
                "context": "A dragon came.",
                "sentences": [
                    {"id": c, "sentence": s, "gold_label": c, "labels": []} for c, s in PAIRS
                ],
            }
        ],
    },
}  # fmt: skip
TRUSTLLM_PAIRS: list[dict[str, Any]] = [
    {"type": "profession", "label": c, "context": "A dragon came.", "sentence": s, "prompt": "…"}
    for c, s in PAIRS
]
PLAIN_PAIRS = "type,label,context,sentence\n" + "".join(
    f"profession,{c},A dragon came.,{s}\n" for c, s in PAIRS
)
