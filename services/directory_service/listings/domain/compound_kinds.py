"""Kinds of values that hold others: lists, translations, and what a record keeps of the standard beyond its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.hsds.objects import field_faults, fields_of
from directory_service.listings.domain.text_kinds import LANGUAGE
from directory_service.listings.domain.value_kinds import Kind
from directory_service.organizations.domain.invisible_characters import text_has_invisible


def list_kind(item: Kind, most: int | None = None, *, distinct: bool = True) -> Kind:
    """A list of values, each once if `distinct`; a tuple in the record."""

    def check(values: object) -> list[Any]:
        if not isinstance(values, list):
            raise InvalidFields(FieldFault("list"))
        if most is not None and len(values) > most:
            raise InvalidFields(FieldFault("too-many", figures={"most": most}))
        found, faults = [], list[FieldFault]()
        for at, value in enumerate(values):
            try:
                found.append(item.check(value))
            except InvalidFields as bad:
                faults += bad.under(at)
        if not faults and distinct and len(set(found)) != len(found):
            faults.append(FieldFault("twice"))
        if faults:
            raise InvalidFields(*faults)
        return found

    return Kind(
        item.code,
        check,
        load=lambda values: tuple(map(item.load, values)),
        write=lambda values: list(map(item.write, values)),
        figures=item.figures,
        item=item,
    )


def translations(words: Kind) -> Kind:
    """The same words in other languages, by language code."""

    def check(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise InvalidFields(FieldFault("object"))
        found, faults = {}, list[FieldFault]()
        for code, said in value.items():
            try:
                found[LANGUAGE.check(code)] = words.check(said)
            except InvalidFields as bad:
                faults += bad.under(code)
        if faults:
            raise InvalidFields(*faults)
        return found

    return Kind(words.code, check, load=dict, write=dict, figures=words.figures, item=words)


def additions(kind: str, names: str) -> Kind:
    """Fields of an object type of the standard, word for word; `names` are those that a record may keep."""
    allowed = frozenset(names.split())

    def check(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise InvalidFields(FieldFault("object"))
        faults = [FieldFault("not-taken", name) for name in value if name not in allowed]
        for name in filter(allowed.__contains__, value):
            wrong = field_faults(fields_of(kind)[name], value[name], name)
            faults += [FieldFault("standard", each.path, {"detail": each.detail}) for each in wrong]
            faults += [
                FieldFault("control", path) for path, words in _texts(value[name], name) if text_has_invisible(words)
            ]
        if faults:
            raise InvalidFields(*faults)
        return dict(value)

    return Kind("standard", check, load=dict, write=dict, figures={"names": sorted(allowed)})


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text in a value of the standard, with the path that leads to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{at}")
