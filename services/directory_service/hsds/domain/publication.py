"""Publication of the directory: who publishes it, under which licence, and whom to name. Whoever runs it decides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Publication:
    """`licence`: its name or address; empty where whoever runs the directory said nothing."""

    publisher: str = "Setu directory"
    licence: str = ""
    attribution: str = ""
