"""What a newer schema takes away from programs that were written for an older one, each in plain words."""

from collections.abc import Iterable, Iterator

from support.upgrade.schema_picture import Picture, Rule


def narrowings(before: Picture, after: Picture, *, unread: Iterable[tuple[str, str]] = ()) -> list[str]:
    """What a program that was written for `before` may miss or trip over in `after`.

    `unread`: columns (table, name) that it neither reads nor writes.
    """
    found = [
        *_columns(before, after, set(unread)),
        *_rules(before, after),
        *_rights(before, after),
        *(f"function {name} is gone" for name in before.functions.keys() - after.functions.keys()),
        *(
            f"function {name} gives {after.functions[name]} instead of {result}"
            for name, result in before.functions.items()
            if after.functions.get(name, result) != result
        ),
    ]
    return sorted(found)


def _columns(before: Picture, after: Picture, unread: set[tuple[str, str]]) -> Iterator[str]:
    for key, was in before.columns.items():
        name, now = ".".join(key), after.columns.get(key)
        if now is None:
            if key not in unread:
                yield f"column {name} is gone or has another name"
            continue
        if now.type != was.type:
            yield f"column {name} is {now.type} instead of {was.type}"
        if now.required and not was.required:
            yield f"column {name} may not be empty any more"
        if was.filled and now.required and not now.filled:
            yield f"column {name} is no longer filled by the database"
    for (table, name), new in after.columns.items():
        if table in before.tables and (table, name) not in before.columns and new.required and not new.filled:
            yield f"column {table}.{name} is new and may not be empty"


def _rules(before: Picture, after: Picture) -> Iterator[str]:
    for rule in after.constraints - before.constraints:
        wider = any(
            r.table == rule.table and r.shape == rule.shape and r.values <= rule.values for r in before.constraints
        )
        if _binds(rule, before) and not wider:
            yield f"table {rule.table} has a new rule: {rule.definition}"
    yield from (
        f"table {r.table} has a new unique index: {r.definition}"
        for r in after.unique - before.unique
        if _binds(r, before)
    )
    kept = {(rule.table, rule.definition) for rule in after.unique}
    for rule in before.unique:
        if rule.table in after.tables and (rule.table, rule.definition) not in kept:
            yield f"table {rule.table} has lost a unique index, which ON CONFLICT may need: {rule.definition}"
    yield from (
        f"table {table} has a new {kind}: {words}"
        for kind, table, words in after.fences - before.fences
        if table in before.tables
    )
    yield from (
        f"table {table} has lost a {kind}: {words}"
        for kind, table, words in before.fences - after.fences
        if table in after.tables
    )


def _binds(rule: Rule, before: Picture) -> bool:
    """Whether a program that knows none of the new columns can break it."""
    return rule.table in before.tables and (
        not rule.columns or any((rule.table, column) in before.columns for column in rule.columns)
    )


def _rights(before: Picture, after: Picture) -> Iterator[str]:
    for role, right, thing, column in before.rights - after.rights:
        whole = (role, right, thing, "") in after.rights
        if not whole and (thing in after.tables or "(" in thing):
            yield f"{role} may no longer {right} {thing}{column}"
    for (table, name), words in before.policies.items():
        if table in after.tables and after.policies.get((table, name)) != words:
            yield f"table {table} has another policy {name}, or none"
