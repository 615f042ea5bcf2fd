import json
import logging

from service_kit.logs import JsonFormatter, correlation_id, place_of


def a_line(record: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = json.loads(JsonFormatter("referral", "web").format(record))
    return line


def raised() -> Exception:
    try:
        int("Asha, 98300 00000")
    except ValueError as error:
        return error
    raise AssertionError


def test_a_line_says_who_speaks_and_carries_the_correlation_id() -> None:
    token = correlation_id.set("abc")
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "handled %d", "args": (3,), "count": 3})

    line = a_line(record)

    correlation_id.reset(token)
    assert line["service"] == "referral"
    assert line["message"] == "handled 3"
    assert line["count"] == 3
    assert line["correlation_id"] == "abc"


def test_an_exception_is_told_by_type_and_place_and_never_by_its_text() -> None:
    error = raised()
    record = logging.makeLogRecord({"msg": "failed", "exc_info": (type(error), error, error.__traceback__)})

    line = a_line(record)

    assert "Asha" not in json.dumps(line)
    assert str(line["error"]).startswith("ValueError at test_logs.py:")
    assert place_of(error).endswith("in raised")
