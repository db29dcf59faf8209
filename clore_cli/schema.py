"""The JSON Schema of what a command prints, from its columns. Pure."""

from __future__ import annotations

from typing import Any, Dict, Sequence

from clore_client._version import __version__

from .columns import Column

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(command: str, columns: Sequence[Column], *, single: bool) -> Dict[str, Any]:
    """The schema of ``command -o json``: an array of objects, or one object where ``single``.

    A value may always be null, which is what stands for a missing one. Keys are only ever added
    within a major version of clore, whose version the schema carries.
    """
    row = {
        "type": "object",
        "properties": {column.key: _value(column) for column in columns},
        "required": [column.key for column in columns],
    }
    shape = row if single else {"type": "array", "items": row}
    return {"$schema": _DIALECT, "title": command, "$comment": f"clore {__version__}", **shape}


def _value(column: Column) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    if column.kind is not None:
        found["type"] = [column.kind, "null"]
    if column.about:
        found["description"] = column.about
    return found
