"""What `make attack` tells, and when it fails."""

from attack.report import Report, Severity, is_clean, table_of


def a_report(*severities):
    report = Report("races")
    for severity in severities:
        report.check(held=False, severity=severity, words="one card was bound twice", reproduction="send it five times")
    return report


def test_what_holds_is_counted_and_no_finding():
    report = a_report()

    assert report.check(held=True, severity=Severity.HIGH, words="never told")
    assert (report.cells, report.findings) == (1, [])
    assert is_clean([report])


def test_a_finding_above_info_makes_the_run_fail():
    assert is_clean([a_report(Severity.INFO)])
    assert not is_clean([a_report(Severity.INFO), a_report(Severity.LOW)])


def test_the_table_counts_by_severity_and_tells_each_finding_once():
    text = table_of([a_report(Severity.HIGH, Severity.HIGH, Severity.LOW)])

    assert text.splitlines()[1].split() == ["races", "3", "2", "0", "1", "0"]
    assert text.count("HIGH races: one card was bound twice\n    again: send it five times\n    2 times") == 1
