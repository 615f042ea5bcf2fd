"""Table of a record's fields: the one check of what comes in, and the JSON that is stored.

Unknown fields are refused, and null says as much as a field that is missing. Each fault names its field.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, signature
from typing import Any, Generic, TypeVar

from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.value_kinds import Kind

Json = dict[str, Any]
Record = TypeVar("Record")
_EMPTY: tuple[object, ...] = ([], {}, None, "")


@dataclass(frozen=True)
class Field:
    """One field: what it takes, what it is called on pages, and what a form says of a value that it does not take.

    `exact`: a confidential place keeps it to itself. `hsds_list`: the list of the standard in which it stands, which
    may say more than the field can and is then kept word for word.
    """

    name: str
    kind: Kind
    label: str = ""
    fault: str = ""
    required: bool = False
    exact: bool = False
    hsds_list: str = ""


@dataclass(frozen=True)
class RecordTable(Generic[Record]):
    """The fields of one kind of record, in the order of the form; `together`: what must be right of several at once.

    `preset`: fields that a record always has and that JSON may leave out.
    """

    record: Callable[..., Record]
    fields: tuple[Field, ...]
    together: Callable[[Json], Iterator[FieldFault]] = lambda _: iter(())
    preset: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Field:
        """The field of this name; raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}

    @cached_property
    def _defaults(self) -> Mapping[str, Any]:
        return {name: each.default for name, each in signature(self.record).parameters.items()}

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """How many characters may be typed into fields of text."""
        figures = {each.name: each.kind.figures for each in self.fields}
        return {name: said["most"] for name, said in figures.items() if "most" in said and "least" not in said}

    @cached_property
    def usual(self) -> Json:
        """Fields that always say something, with what they say unless told; stored JSON leaves that out."""
        said = ((each, self._defaults[each.name]) for each in self.fields if "codes" in each.kind.figures)
        return {each.name: each.kind.write(value) for each, value in said if value and value is not Parameter.empty}

    def check(self, data: object) -> Json:
        """What comes in, as it is kept. Raises InvalidFields."""
        if not isinstance(data, Mapping):
            raise InvalidFields(FieldFault("object"))
        given = {str(name): value for name, value in data.items() if value is not None}
        kept: Json = {}
        faults: list[FieldFault] = []
        for each in self.fields:
            if each.name not in given:
                faults += [FieldFault("required", each.name)] if each.required else []
                continue
            try:
                kept[each.name] = each.kind.check(given[each.name])
            except InvalidFields as bad:
                faults += bad.under(each.name)
        faults += [FieldFault("unknown", name) for name in given if name not in self._by_name]
        faults += [] if faults else self.together(kept)
        if faults:
            raise InvalidFields(*faults)
        return kept

    def load(self, kept: Json) -> Record:
        """The record of stored JSON. It is not judged: what was taken once is read as it was."""
        loaded = {name: self._by_name[name].kind.load(value) for name, value in kept.items()}
        return self.record(**{**self.preset, **loaded})

    def read(self, data: object) -> Record:
        """The record of what comes in. Raises InvalidFields."""
        return self.load(self.check(data))

    def write(self, record: Record) -> Json:
        """The JSON that is stored: what is empty or as usual is left out, so that it reads as a person would write."""
        said = ((each, getattr(record, each.name)) for each in self.fields)
        told = ((each, value) for each, value in said if value not in _EMPTY and value != self._defaults[each.name])
        return {each.name: written for each, value in told if (written := each.kind.write(value)) not in _EMPTY}
