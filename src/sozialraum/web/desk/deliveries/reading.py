"""How the table of a delivered file is written, as fields: for a file in which it was recognised wrongly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}
"""Name in the form -> sign."""
MARKS = {"point": ".", "comma": ",", "blank": " ", "apostrophe": "'"}


def fields(file: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of the settings of [file]."""
    return {
        "reader": file.get("reader", "csv"),
        "delimiter": _named(DELIMITERS, file.get("delimiter")),
        "decimal": _named(MARKS, file.get("decimal")),
        "thousands": _named(MARKS, file.get("thousands")),
        "skip": file.get("skip", 0),
        "header": file.get("header", 1),
        "sheet": file.get("sheet", ""),
        "stop": re.sub(r"\\(.)", r"\1", file.get("stop", "")),
    }


def told(post: Mapping[str, str]) -> dict[str, Any]:
    """Settings of [file] as a person filled them in; what was left open is recognised anew."""
    found: dict[str, Any] = {name: int(post[name]) for name in ("skip", "header") if _small(post.get(name, ""))}
    if post.get("delimiter") in DELIMITERS:
        found["delimiter"] = DELIMITERS[post["delimiter"]]
    found |= {name: MARKS[post[name]] for name in ("decimal", "thousands") if post.get(name) in MARKS}
    if post.get("sheet", "").strip():
        found["sheet"] = post["sheet"].strip()
    if "stop" in post:
        found["stop"] = re.escape(post["stop"].strip()).replace("\\ ", " ")
    return found


def _named(names: Mapping[str, str], sign: Any) -> str:
    return next((name for name, one in names.items() if one == sign), "")


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
