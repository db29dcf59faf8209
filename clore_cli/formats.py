"""The names of the output formats, for whoever does not print: `output` has the functions. Pure."""

from __future__ import annotations

#: Those that every command has, the usual one first.
FORMATS = ("table", "json", "jsonl", "csv", "tsv")
#: What a command that has a text of its own calls it.
TEXT = "text"
#: Those that can show the API's own objects.
RAW_FORMATS = ("json", "jsonl")
