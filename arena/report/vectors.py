"""A set of steering vectors in words and as JSON: what it was made of, and its checks."""

import json

from agents.core.models.steering import VectorSet


def vectors_text(vectors: VectorSet) -> str:
    """The checks of a set, for people."""
    about = vectors.about
    first, last = about["layers"]
    accuracy, agreement, chance = about["accuracy"], about["agreement"], about["chance"]
    best = max(range(first, last + 1), key=lambda block: accuracy[block])
    emotions = [*about["cosines"]]
    random = len(vectors.names) - len(emotions)
    lines = [
        f"Vectors {vectors.hash[:12]} of {about['model']}, in {vectors.folder}",
        f"{', '.join(emotions)}; {random} random directions of the same length",
        f"From {about['texts']} texts ({about['language']}), added in blocks {first} to {last}",
        "",
        f"Log probabilities of the engine and of our forward pass differ by {agreement:.3f}",
        f"Held-out accuracy by block (chance {chance:.2f}; of those used, best in {best}):",
        *(
            "  " + "  ".join(f"{at:2d} {accuracy[at]:.2f}" for at in range(row, min(row + 10, n)))
            for n in [len(accuracy)]
            for row in range(0, n, 10)
        ),
        "Cosines, mean over these blocks:",
        "  " + " " * 10 + "".join(f"{name[:9]:>10}" for name in emotions),
    ]
    for name in emotions:
        row = "".join(f"{about['cosines'][name][other]:10.2f}" for other in emotions)
        lines.append(f"  {name:<10}{row}")
    return "\n".join(lines)


def vectors_json(vectors: VectorSet) -> str:
    """The manifest of a set with its hash and folder."""
    return json.dumps(
        {"hash": vectors.hash, "folder": str(vectors.folder), **vectors.about}, indent=1
    )
