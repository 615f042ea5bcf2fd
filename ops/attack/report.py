"""Report of a hostile test: what was played, what was found, and how bad it is.

A finding says how to see it again. Only findings above `info` make the run fail.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True)
class Finding:
    """What went wrong, and how to see it again."""

    severity: Severity
    words: str
    reproduction: str = ""


@dataclass
class Report:
    """What one family played and found."""

    family: str
    cells: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def check(self, held: object, severity: Severity, words: str, reproduction: str = "") -> bool:
        """Count one cell; what did not hold is a finding."""
        self.cells += 1
        if not held:
            self.findings.append(Finding(severity, words, reproduction))
        return bool(held)

    def note(self, words: str) -> None:
        """Keep a figure that says nothing bad."""
        self.notes.append(words)

    def count(self, severity: Severity) -> int:
        """Number of findings that are this bad."""
        return sum(finding.severity is severity for finding in self.findings)


def table_of(reports: Iterable[Report]) -> str:
    """Table of families with cells and findings by severity, and below it each finding once."""
    names = [severity.name.lower() for severity in reversed(Severity)]
    lines = [f"{'family':<24}{'cells':>8}" + "".join(f"{name:>8}" for name in names)]
    found: dict[str, int] = {}
    for report in reports:
        counts = "".join(f"{report.count(severity):>8}" for severity in reversed(Severity))
        lines.append(f"{report.family:<24}{report.cells:>8}{counts}")
        lines += [f"    {words}" for words in report.notes]
        for each in report.findings:
            text = f"{each.severity.name} {report.family}: {each.words}"
            text += f"\n    again: {each.reproduction}" if each.reproduction else ""
            found[text] = found.get(text, 0) + 1
    lines += [""] + [f"{text}" + (f"\n    {times} times" if times > 1 else "") for text, times in found.items()]
    return "\n".join(lines).rstrip()


def is_clean(reports: Iterable[Report]) -> bool:
    """Tell whether nothing was found above `info`."""
    return all(finding.severity is Severity.INFO for report in reports for finding in report.findings)
