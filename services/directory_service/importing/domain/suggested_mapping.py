"""First draft of a mapping file, from a table's headings and its first lines: for a person to go through, not to use.

A heading is known by words that directories use for it. What nothing was found for stands in comments, so that nobody
has to look the headings up.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Line = Mapping[str, str]
#: Field, and words of a heading that mean it; the first that fits takes the heading.
_WORDS: tuple[tuple[str, str], ...] = (
    ("key", r"(reg(istration)?|serial|facility|unit|centre|center|hospital|record|unique)?\W*(no|number|id|code)|uid"),
    (
        "organization.name",
        r"ngo.*|organi[sz]ation.*|agency.*|provider.*|trust|society|run by|operator|parent.*|owner.*",
    ),
    ("address.postal_code", r"pin\W*(code)?|post(al)?\W*code|zip\W*(code)?"),
    ("address.state_province", r"state.*|province|ut"),
    ("address.region", r"district.*|zila|county"),
    ("address.city", r"city.*|town.*|village.*|locality|block|taluk.*|mandal|place"),
    ("location.geo", r"lat\W*(itude)?\W*(,|/|and|&|_)?\W*lon\w*|co\W*ordinates?|geo\w*|gps.*"),
    ("location.latitude", r"lat(itude)?"),
    ("location.longitude", r"lon(g|gitude)?|lng"),
    ("service.phone", r".*(phone|mobile|telephone|contact\W*(no|number)|tel\b|helpline).*"),
    ("service.email", r".*e?-?mail.*"),
    ("service.url", r".*(web\W*site|url|web\b|link).*"),
    ("address.address_1", r".*(address|street|addr).*|location"),
    ("service.weekdays", r"(working|open(ing)?|service)?\W*days?.*"),
    ("service.opens_at", r"(open(s|ing)?|start|from)(\W*(at|time|hours?))?"),
    ("service.closes_at", r"(clos(e|es|ing)|end|to|till|until)(\W*(at|time|hours?))?"),
    ("service.schedule_note", r".*(hours|timings?|schedule).*"),
    ("service.languages", r".*languages?.*"),
    ("service.fees_description", r".*(fees?|cost|charges?|price).*"),
    ("service.eligibility_description", r".*(eligib|target|beneficiar|who can).*"),
    ("service.name", r".*(name|centre|center|clinic|hospital|facility|service).*"),
    ("service.description", r".*(description|remarks?|notes?|details?|about).*"),
)
_PARTS = ("organization", "service", "location", "address")


def suggested_mapping(headings: Sequence[str], lines: Sequence[Line], source: str) -> str:
    """The text of a TOML file."""
    found, rest = _assigned(headings)
    key = found.pop("key", "") or _unique(headings, lines)
    if "organization.name" not in found and "service.name" in found:
        found["organization.name"] = found["service.name"]
    if "service.name" not in found and "organization.name" in found:
        found["service.name"] = found["organization.name"]
    return "\n".join([*_head(source, key), *_sections(found, lines), *_comments(rest, lines)]) + "\n"


def _assigned(headings: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    rest = []
    for heading in filter(None, headings):
        plain = re.sub(r"[\s_]+", " ", heading).strip().lower()
        field = next((f for f, words in _WORDS if f not in found and re.fullmatch(words, plain)), None)
        if field is None:
            rest.append(heading)
        else:
            found[field] = heading
    return found, rest


def _unique(headings: Sequence[str], lines: Sequence[Line]) -> str:
    """A column that is never empty and never twice the same."""
    for heading in filter(None, headings):
        said = [line.get(heading, "").strip() for line in lines]
        if all(said) and len(set(said)) == len(said):
            return heading
    return ""


def _head(source: str, key: str) -> Iterator[str]:
    yield "# A first draft, made from the headings. Go through every line: see docs/importing.md."
    yield f"source = {_quoted(source)}"
    yield f"key = {_quoted(key)}" if key else '# key = "…"  # no column tells the lines apart: name several, ["A", "B"]'
    if key:
        yield "# The key must stay the same for the same service in every edition."


def _sections(found: Mapping[str, str], lines: Sequence[Line]) -> Iterator[str]:
    for part in _PARTS:
        theirs = {name.partition(".")[2]: heading for name, heading in found.items() if name.startswith(f"{part}.")}
        if theirs or part in {"organization", "service"}:
            yield f"\n[{part}]"
        if "name" not in theirs and part in {"organization", "service"}:
            yield '# name = "…"  # needed'
        for name, heading in theirs.items():
            yield f"{name} = {_source(name, heading, lines)}"


def _source(name: str, heading: str, lines: Sequence[Line]) -> str:
    """Phones that stand several in a cell are split."""
    said = [line.get(heading, "") for line in lines]
    for sign in ("/", ",", ";") if name == "phone" else ():
        if any(sign in text for text in said):
            return f"{{ column = {_quoted(heading)}, split = {_quoted(sign)} }}"
    return _quoted(heading)


def _comments(rest: Sequence[str], lines: Sequence[Line]) -> Iterator[str]:
    if rest:
        yield "\n# Nothing was found for these columns. A column of codes becomes terms, such as:"
        yield '# [[terms]]\n# column = "…"\n# taxonomy = "harm-reduction-in/needs"\n# codes = { "…" = "OST" }'
    for heading in rest:
        said = list(dict.fromkeys(filter(None, (line.get(heading, "").strip() for line in lines))))
        examples = ", ".join(json.dumps(text[:40], ensure_ascii=False) for text in said[:5])
        yield f"#   {_quoted(heading)}: {examples or 'empty'}"


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON for what stands in headings."""
    return json.dumps(text, ensure_ascii=False)
