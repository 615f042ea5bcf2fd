"""An attacker on published figures: all tables and all rules, and a solver that looks for what they give away.

    attack = Attack(told)              # everything that was published together, both sets, of one state or of many
    attack.solved()                    # hidden numbers that can have one value only, or only some of 1 to 9
    attack.allows(truth)               # whether the true numbers are among those that it thinks possible

Why: suppression is right if nobody can undo it who knows how it is done. The attacker knows the intervals behind
rounded and hidden counts, which parts and wholes a share leaves, and how the counts hang together (accepted
are among the opened, the reached among all that was ever sent). It decides nothing of what is published.
Not a test module.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import highspy

from referral_service.domain.figures.cells import EVERYBODY, SERVICES, FigureCell, Figures
from support.figures.rules import USUAL, Interval, Rules

MOST = 2000  # more than anybody counts in a quarter
AMONG = (
    (("accepted", "not_taken"), "opened"),
    (("accepted", "not_taken", "not_answered", "withdrawn"), "sent"),
    (("opened", "withdrawn"), "sent"),
    (("women",), "sent"),
    (("urgent",), "sent"),
    (("prison_dated",), "sent"),
    (("prison_14_days",), "prison_dated"),
    (("answered_24_hours",), "opened"),
    (("urgent_4_hours",), "urgent"),
    (("urgent_4_hours",), "answered_24_hours"),
)
"""Together no more than the other, of one line."""
SHARES = {
    "women": ("women", "sent"),
    "prison_14_days_before": ("prison_14_days", "prison_dated"),
    "answered_24_hours": ("answered_24_hours", "sent"),
    "urgent_4_hours": ("urgent_4_hours", "urgent"),
}
UNTOLD = ("women", "urgent", "prison_dated", "prison_14_days", "answered_24_hours", "urgent_4_hours")


def _is_within(subject: str, end: str) -> bool:
    """Whether its month is one of the three that end with the other's."""
    return subject[:4] == end[:4] and 0 <= int(end[5:7]) - int(subject[5:7]) < 3


@dataclass
class Line:
    """The unknowns of one line: what was counted → its variable; `told`: the shown counts."""

    months: Sequence[date]
    unknown: dict[str, highspy.highs.highs_var] = field(default_factory=dict)
    told: dict[str, int | None] = field(default_factory=dict)


class Attack:
    """One mixed-integer model of all that was published of some states."""

    def __init__(self, told: Sequence[Figures], rules: Rules = USUAL) -> None:
        """Builds it; `told` in the order of publication."""
        self.rules = rules
        self.model = highspy.Highs()
        self.model.silent()
        self.protected: dict[str, highspy.highs.highs_linear_expression] = {}
        self.unknown: dict[tuple[str, str], highspy.highs.highs_var] = {}
        self.lines: dict[tuple[str, int], Line] = {}
        for figures in told:
            if figures.audience == EVERYBODY:
                self._read(figures)
        for figures in told:
            if figures.audience == SERVICES:
                self._read_work(figures)
        self._link(told)

    def _read(self, figures: Figures) -> None:
        for months in {cell.months for cell in figures.cells}:
            cells = {(cell.table, cell.row): cell for cell in figures.cells if cell.months == months}
            if ("consent", "sent") in cells:
                self._read_answers(figures, cells)
        for cell in figures.cells:
            if cell.table == "unmet_need":
                self._count(figures.subject, f"unmet {cell.row}", cell.value)

    def _read_answers(self, figures: Figures, cells: Mapping[tuple[str, str], FigureCell]) -> None:
        line = Line([figures.month])
        self.lines[figures.subject, cells["consent", "sent"].months] = line
        for (table, row), cell in cells.items():
            if table in {"consent", "views"}:
                line.unknown[row] = self._count(figures.subject, row, cell.value)
                line.told[row] = cell.value
        most = self.rules.behind(line.told["sent"])[1]
        for row in UNTOLD:
            line.unknown[row] = self._new(figures.subject, row, (0, most))
        for parts, whole in AMONG:
            self.model.addConstr(self.model.qsum([line.unknown[part] for part in parts]) <= line.unknown[whole])
        for share, (part, whole) in SHARES.items():
            shown = [line.told[whole]] if whole in line.told else [None, *range(10, most + 3, 5)]
            percent = cells["share", share].value
            found = [option for each in shown for option in self.rules.shares(percent, each, most)]
            self._one_of(line.unknown[part], line.unknown[whole], found)
            self._protect_share(f"{figures.subject} {part}", line, part, whole, cells["share", share].value)
        self._read_median(line, cells["first_response", "median_hours"].value)

    def _protect_share(self, name: str, line: Line, part: str, whole: str, percent: int | None) -> None:
        self.protected[name] = line.unknown[part] * 1
        if percent is not None:
            self.protected[f"{name}, the rest"] = line.unknown[whole] - line.unknown[part]

    def _read_median(self, line: Line, hours: int | None) -> None:
        """Half were answered by then, so at least or at most half within the day."""
        within, answered = line.unknown["answered_24_hours"], line.unknown["opened"]
        if hours is not None and hours < 24:
            self.model.addConstr(2 * within >= answered)
        if hours is not None and hours > 24:
            self.model.addConstr(2 * within <= answered)

    def _read_work(self, figures: Figures) -> None:
        """A hidden one is below ten, or more than what is told to have been sent."""
        here = figures.subject[8:]
        lines = [
            line
            for (subject, _), line in self.lines.items()
            if subject[8:] == here and _is_within(subject, figures.subject)
        ]
        sent = sum(line.told["sent"] or 0 for line in lines)
        work = Line([figures.month])
        for cell in figures.cells:
            name = cell.row if cell.table == "work" else f"settled {cell.row}"
            if cell.shown != "too_few":
                work.unknown[name] = self._new(figures.subject, name, self.rules.behind(cell.value))
                continue
            variable = self._new(figures.subject, name, (0, MOST))
            least = max(10, sent + 3)
            self._one_of(variable, None, [((0, 9), (0, 0)), ((least, MOST), (0, 0))])
            work.unknown[name] = variable
            self.protected[f"{figures.subject} {name}"] = variable * 1
            if name.startswith("settled "):
                self.model.addConstr(variable <= work.unknown["settled"])
        self.lines[f"work {figures.subject}", 3] = work

    def _link(self, told: Sequence[Figures]) -> None:
        """Across lines: children of a state are among all that was sent; what was reached was sent before."""
        for figures in told:
            cells = [cell for cell in figures.cells if cell.row == "children"]
            if cells:
                self._read_children(figures, cells[0].value, told)
        self._link_work(told)
        self._link_overlaps(told)

    def _link_overlaps(self, told: Sequence[Figures]) -> None:
        """Where a span or a place is told twice, the one is the sum of the other: it must not be, and is a fault."""
        for (subject, months), line in self.lines.items():
            parts = [
                part.unknown["sent"]
                for (other, span), part in self.lines.items()
                if span < months and other[8:] == subject[8:] and _is_within(other, subject)
            ]
            if parts and "sent" in line.unknown:
                self.model.addConstr(self.model.qsum(parts) == line.unknown["sent"])
        for figures in told:
            if self.rules.totals and figures.district is None and figures.audience == EVERYBODY:
                total = self.lines[figures.subject, 3]
                parts = [line.unknown["sent"] for line in self._lines_of(figures, told) if line is not total]
                self.model.addConstr(self.model.qsum(parts) == total.unknown["sent"])

    def _lines_of(self, figures: Figures, told: Sequence[Figures]) -> Sequence[Line]:
        """All lines of answers of a state's quarter."""
        subjects = {each.subject for each in told if each.state == figures.state}
        return [
            line
            for (subject, _), line in self.lines.items()
            if subject in subjects and _is_within(subject, figures.subject)
        ]

    def _read_children(self, figures: Figures, percent: int | None, told: Sequence[Figures]) -> None:
        lines = self._lines_of(figures, told)
        shown = [line.told["sent"] for line in lines]
        whole = sum(value for value in shown if value is not None)
        most = sum(self.rules.behind(value)[1] for value in shown)
        children = self._new(figures.subject, "children", (0, most))
        self.model.addConstr(children <= self.model.qsum([line.unknown["sent"] for line in lines]))
        if 10 * 9 * shown.count(None) <= whole:
            self._one_of(children, None, list(self.rules.shares(percent, whole, most)))
        self.protected[f"{figures.subject} children"] = children * 1

    def _link_work(self, told: Sequence[Figures]) -> None:
        """Of a whole state, and of each district as long as it has had lines of its own from the beginning."""
        for state in {figures.state for figures in told}:
            mine = [figures for figures in told if figures.state == state]
            ends = sorted({figures.month for figures in mine if figures.district is None})
            for end in ends:
                self._at_most_sent([figures.subject for figures in mine if figures.month <= end])
            for district in {figures.district for figures in mine if figures.district is not None}:
                own = [figures for figures in mine if figures.district == district]
                pooled = [figures.month for figures in own if figures.grain == "state"]
                for end in ends:
                    if not pooled or end < min(pooled):
                        self._at_most_sent([figures.subject for figures in own if figures.month <= end])

    def _at_most_sent(self, subjects: Sequence[str]) -> None:
        wanted = {*subjects, *(f"work {subject}" for subject in subjects)}
        sums: dict[str, list[highspy.highs.highs_var]] = defaultdict(list)
        for (subject, _), line in self.lines.items():
            if subject in wanted:
                for name, variable in line.unknown.items():
                    sums[name].append(variable)
        if not sums["reached"]:
            return
        sent = self.model.qsum(sums["sent"])
        records = self.model.qsum([*sums["sent"], *sums["forwarded"]])
        for name, most in (("reached", sent), ("failed", records), ("settled", records), ("no_capacity", 5 * records)):
            self.model.addConstr(self.model.qsum(sums[name]) <= most)

    def _count(self, subject: str, name: str, shown: int | None) -> highspy.highs.highs_var:
        variable = self._new(subject, name, self.rules.behind(shown))
        if shown is None or shown < 10:
            self.protected[f"{subject} {name}"] = variable * 1
        return variable

    def _new(self, subject: str, name: str, interval: Interval) -> highspy.highs.highs_var:
        variable = self.model.addIntegral(*interval)
        self.unknown[subject, name] = variable
        return variable

    def _one_of(
        self,
        part: highspy.highs.highs_var,
        whole: highspy.highs.highs_var | None,
        found: Sequence[tuple[Interval, Interval]],
    ) -> None:
        """One of the options holds."""
        picks = [self.model.addBinary() for _option in found]
        self.model.addConstr(self.model.qsum(picks) == 1)
        for variable, side in ((part, 0), (whole, 1)):
            if variable is not None:
                lows = [pick * option[side][0] for pick, option in zip(picks, found, strict=True)]
                highs = [pick * option[side][1] for pick, option in zip(picks, found, strict=True)]
                self.model.addConstr(variable >= self.model.qsum(lows))
                self.model.addConstr(variable <= self.model.qsum(highs))

    def solved(self) -> Sequence[str]:
        """The protected numbers that have one value only, or whose every value is one of 1 to 9."""
        self.model.minimize(self.model.qsum(list(self.protected.values())))
        self._must_be_solvable()
        above = {name for name, each in self.protected.items() if round(self.model.val(each)) > 0}
        doubtful = (above - self._can_reach(10)) | (self.protected.keys() - above - self._can_reach(1))
        return [
            f"{name}: {lowest} to {highest}"
            for name, lowest, highest in self._ranges(doubtful)
            if highest <= 9 and (lowest >= 1 or lowest == highest)
        ]

    def _can_reach(self, least: int) -> set[str]:
        """Protected numbers that are that large in one solution, which has as many such as can be."""
        marks = {name: self.model.addBinary() for name in self.protected}
        for name, each in self.protected.items():
            self.model.addConstr(least * marks[name] <= each)
        self.model.maximize(self.model.qsum(list(marks.values())))
        self._must_be_solvable()
        return {name for name, mark in marks.items() if round(self.model.val(mark)) == 1}

    def _ranges(self, names: set[str]) -> Iterator[tuple[str, int, int]]:
        for name in sorted(names):
            self.model.minimize(self.protected[name])
            lowest = round(self.model.val(self.protected[name]))
            self.model.maximize(self.protected[name])
            yield name, lowest, round(self.model.val(self.protected[name]))

    def allows(self, truth: Mapping[tuple[str, str], int]) -> bool:
        """Whether the numbers, by subject and what is counted, are possible together."""
        for at, value in truth.items():
            if at in self.unknown:
                self.model.addConstr(self.unknown[at] == value)
        self.model.minimize(self.model.qsum(list(self.unknown.values())))
        return self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _must_be_solvable(self) -> None:
        assert self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal, self.model.getModelStatus()
