"""Publication of the directory: who publishes it, under which licence, and whom to name. Whoever runs it decides."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Publication:
    """`licence`: its name or address; empty where whoever runs the directory said nothing."""

    publisher: str = "Setu directory"
    licence: str = ""
    attribution: str = ""

    def told(self) -> dict[str, Any]:
        """What is said, by the names that `/api/` has for it; what is not said is not there."""
        said = {"publisher": self.publisher, "license": self.licence, "attribution": self.attribution}
        return {name: value for name, value in said.items() if value}


def published_by(said: Publication) -> dict[str, Any]:
    """Members of a `datapackage.json` that say so (Data Package v1: `licenses`, `contributors`)."""
    told: dict[str, Any] = {"contributors": [{"title": said.publisher, "role": "publisher"}]}
    if said.attribution:
        told["contributors"].append({"title": said.attribution, "role": "author"})
    if said.licence:
        told["licenses"] = [_licence(said.licence)]
    return told


def _licence(said: str) -> dict[str, str]:
    """By its address, or by a name; that of the standard knows letters, digits, `.`, `_` and `-`."""
    if said.startswith(("http://", "https://")):
        return {"path": said}
    return {"name": re.sub(r"[^A-Za-z0-9._-]+", "-", said).strip("-") or "licence", "title": said}
