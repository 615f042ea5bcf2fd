"""The report of a load says of each aim whether it was met, and draws what was measured."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from soak.load_report import Measured, write_report
from soak.load_samples import Sample


def a_measured(**changes: Any) -> Measured:
    waits = {"sending": [(float(n), 0.2) for n in range(100)], "reading": [(float(n), 0.02) for n in range(100)]}
    samples = [Sample(float(at), {"referral: to go out": 1}, {"referral web": 80.0}) for at in (0, 50, 99)]
    whole = {
        "seconds": 100.0,
        "waits": waits,
        "errors": {},
        "samples": samples,
        "lost": 0,
        "doubled": 0,
        "growth": 1.15,
    }
    return Measured(**(whole | changes))


def missed(measured: Measured) -> list[str]:
    return [aim.words for aim in measured.aims() if not aim.met]


def test_a_good_run_meets_every_aim() -> None:
    assert missed(a_measured()) == []


def test_each_aim_can_be_missed() -> None:
    slow = {"sending": [(0.0, 0.2)] * 98 + [(0.0, 0.7)] * 2, "reading": [(0.0, 0.2)]}
    grown = [Sample(30.0, {}, {"web": 100.0}), Sample(99.0, {}, {"web": 120.0})]
    assert missed(a_measured(waits=slow)) == [
        "sending: p99 700 ms of 100 (at most 500)",
        "reading: p99 200 ms of 1 (at most 100)",
    ]
    assert missed(a_measured(errors={"POST referrals: 503": 2})) == ["2 errors {'POST referrals: 503': 2}"]
    assert missed(a_measured(lost=1)) == ["1 lost, 0 doubled"]
    assert missed(a_measured(samples=grown)) == ["memory 100 → 120 MB (at most 1.15 times)"]


def test_the_page_names_what_was_missed_and_draws_queues_and_memory(tmp_path: Path) -> None:
    page = write_report(a_measured(lost=3), tmp_path / "new" / "load.html").read_text(encoding="utf-8")
    drawn: list[str] = []

    class Drawings(HTMLParser):
        def handle_starttag(self, tag: str, _attributes: object) -> None:
            drawn.append(tag)

    Drawings().feed(page)
    assert "<td class=missed>no" in page
    assert drawn.count("svg") == 6
    assert "referral: to go out: 1 at the end" in page
    assert drawn.count("rect") == 2 * 40
