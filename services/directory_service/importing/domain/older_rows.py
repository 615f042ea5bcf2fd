"""Converter of HSDS 1.x and 2.x rows to HSDS 3: other file names, other columns, lists between commas.

`modern` turns one row into one or more rows of version 3; a row of version 3 passes as it is. Identifiers stay as the
file has them (see `row_ids`). What version 3 has no place for (keywords, accepted payments, internal addresses) is left
out; `left_out` names those columns, so that the report can.
"""

from collections.abc import Mapping

from directory_service.importing.domain.hsds_rows import Row, Rows
from directory_service.importing.domain.older_shapes import READ, SHAPES
from directory_service.listings.domain import older_words
from directory_service.listings.domain.hsds.datapackage import tables

_RENAMED: dict[str, dict[str, str]] = {
    "organization": {"url": "website"},
    "service": {"website": "url", "eligibility": "eligibility_description"},
    "location": {"website": "url", "short_desc": "description"},
    "phone": {"number_type": "type"},
    "accessibility": {"accessibility": "description"},
    "required_document": {"required_document": "document"},
    "language": {"language": "name"},
    "service_area": {"service_area": "name"},
    "taxonomy_term": {"term": "name"},
    "cost_option": {"fee": "option"},
}
#: Columns that hold a list: the resource its items become rows of, and their column there.
_LISTS: dict[str, dict[str, tuple[str, str]]] = {
    "organization": {"funding_sources": ("funding", "source")},
    "location": {"accessibility": ("accessibility", "description"), "languages": ("language", "name")},
    "service": {
        "funding_sources": ("funding", "source"),
        "required_documents": ("required_document", "document"),
        "service_areas": ("service_area", "name"),
        "languages": ("language", "name"),
        "taxonomy_ids": ("attribute", "taxonomy_term_id"),
    },
    "phone": {"language": ("language", "code"), "languages": ("language", "code")},
}


def modern(stem: str, kind: str, row: Mapping[str, str]) -> Rows:
    """Rows of version 3 for one row of the file `stem`; blanks are left out. Raises BadValue."""
    filled: Row = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
    for column, (child, inner) in _LISTS.get(kind, {}).items():
        if column in filled and not _is_column(kind, column):
            yield from _items(kind, filled, column, child, inner)
    for old, new in _RENAMED.get(kind, {}).items():
        if old in filled and not _is_column(kind, old):
            filled.setdefault(new, filled[old])
    yield from SHAPES[kind](stem, filled)


def left_out(kind: str, header: list[str]) -> list[str]:
    """Columns of a file that nothing is made of."""
    known = {column.name for column in tables()[kind].columns} if kind in tables() else set[str]()
    used = known | set(_RENAMED.get(kind, {})) | set(_LISTS.get(kind, {}))
    return [name for name in header if name and name not in used | READ.get(kind, frozenset())]


def _is_column(kind: str, name: str) -> bool:
    return kind in tables() and any(column.name == name for column in tables()[kind].columns)


def _items(kind: str, row: Row, column: str, child: str, inner: str) -> Rows:
    for at, item in enumerate(older_words.listed(row[column])):
        key = f"{kind}/{row.get('id', '')}/{column}/{at}"
        if child == "attribute":
            yield child, {"id": key, "link_id": row.get("id", ""), "link_entity": kind, inner: item}
        else:
            made = {"id": key, f"{kind}_id": row.get("id", ""), inner: item}
            yield from SHAPES["language"]("", made) if child == "language" else [(child, made)]
