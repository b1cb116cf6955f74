"""A run as a data set of Hugging Face: a card, Parquet, and Croissant's description."""

import hashlib
import json
from pathlib import Path
from typing import Any

from arena.core.files import make_folder, write_text
from arena.record import columns
from arena.record.run import Run
from arena.report.table_files import COLUMNS, write_tables

_TYPES = {str: "sc:Text", int: "sc:Integer", float: "sc:Float"}
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "column": "cr:column",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "recordSet": "cr:recordSet",
    "source": "cr:source",
}


def write(run: Run, folder: Path) -> list[Path]:
    """Write the data set.

    The card states no licence: whoever publishes the data chooses it.

    Args:
        run: what to export.
        folder: of the data set.
    """
    make_folder(folder, exist_ok=True)
    tables = write_tables(run, folder / "data", "parquet")
    card, about = folder / "README.md", folder / "croissant.json"
    write_text(card, _card(run, tables))
    write_text(about, json.dumps(_croissant(run, folder, tables), indent=1) + "\n")
    return [card, about, *tables]


def _card(run: Run, tables: list[Path]) -> str:
    head = ["---", f"pretty_name: {json.dumps(run.manifest.name)}", "tags:"]
    head += ["- game-theory", "- emotion", "- affect-arena", "configs:"]
    for path in tables:
        head += [f"- config_name: {path.stem}", f"  data_files: data/{path.name}"]
    head += ["---", "", f"# {run.manifest.name}", ""]
    closed = sum(run.counts.values())
    told = f"{closed} of {run.planned} matches of the design {run.manifest.design_hash}"
    head += [f"{told}, recorded by Affect Arena. State a licence before you publish them.", ""]
    for path in tables:
        head += [f"## {path.stem}", "", "| column | type | what it holds |", "|---|---|---|"]
        meanings = _meanings(path.stem)
        head += [
            f"| `{name}` | {kind.__name__} | {meanings.get(name, '')} |"
            for name, kind in COLUMNS[path.stem].items()
        ]
        head += [""]
    return "\n".join(head)


def _croissant(run: Run, folder: Path, tables: list[Path]) -> dict[str, Any]:
    """The description of the files and of their columns.

    Source: Croissant 1.0, https://docs.mlcommons.org/croissant/docs/croissant-spec.html
    """
    files = [
        {
            "@type": "cr:FileObject",
            "@id": path.name,
            "name": path.name,
            "contentUrl": str(path.relative_to(folder)),
            "encodingFormat": "application/x-parquet",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in tables
    ]
    sets = [
        {
            "@type": "cr:RecordSet",
            "@id": path.stem,
            "name": path.stem,
            "field": [_field(path, name, kind) for name, kind in COLUMNS[path.stem].items()],
        }
        for path in tables
    ]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": run.manifest.name,
        "description": f"Matches of the design {run.manifest.design_hash}.",
        "distribution": files,
        "recordSet": sets,
    }


def _field(path: Path, name: str, kind: type) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{path.stem}/{name}",
        "name": name,
        "description": _meanings(path.stem).get(name, ""),
        "dataType": _TYPES[kind],
        "source": {"fileObject": {"@id": path.name}, "extract": {"column": name}},
    }


def _meanings(table: str) -> dict[str, str]:
    return columns.meanings(table) if table in columns.TABLES else {}
