"""Picture of a database's catalogue: what it demands of its programs, and what it gives them."""

import re
from dataclasses import dataclass

import psycopg

_OURS = "c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
_COLUMNS = f"""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE {_OURS} AND a.attnum > 0 AND NOT a.attisdropped
"""  # noqa: S608  # our own words
_CONSTRAINTS = f"""
SELECT c.relname, pg_get_constraintdef(k.oid),
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (k.conkey))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {_OURS} AND k.contype IN ('c', 'f', 'x')
"""  # noqa: S608  # our own words
_UNIQUE = f"""
SELECT c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', ''),
    ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (i.indkey))
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {_OURS} AND i.indisunique
"""  # noqa: S608  # our own words
_RIGHTS = f"""
SELECT pg_get_userbyid(r.grantee), r.privilege_type, c.relname, '' FROM pg_class c, aclexplode(c.relacl) r WHERE {_OURS}
UNION ALL SELECT pg_get_userbyid(r.grantee), r.privilege_type, c.relname, '.' || a.attname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) r WHERE {_OURS}
UNION ALL SELECT pg_get_userbyid(r.grantee), r.privilege_type, p.oid::regprocedure::text, ''
FROM pg_proc p, aclexplode(p.proacl) r WHERE p.pronamespace = 'public'::regnamespace AND r.grantee <> 0
"""  # noqa: S608  # our own words
_FENCES = f"""
SELECT 'row-level security', c.relname, '' FROM pg_class c WHERE {_OURS} AND c.relrowsecurity
UNION ALL SELECT 'trigger', c.relname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE {_OURS} AND NOT t.tgisinternal
UNION ALL SELECT 'restrictive policy', tablename, policyname || coalesce(qual, '') || coalesce(with_check, '')
FROM pg_policies WHERE permissive = 'RESTRICTIVE'
"""  # noqa: S608  # our own words
_POLICIES = """
SELECT tablename, policyname, roles::text || cmd || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies
WHERE permissive = 'PERMISSIVE'
"""
_FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_function_result(p.oid) FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
"""
_VALUE = re.compile(r"'([^']*)'::\w+(?: \w+)?")


@dataclass(frozen=True)
class Column:
    """`filled`: the database fills it where a program leaves it out."""

    type: str
    required: bool
    filled: bool


@dataclass(frozen=True)
class Rule:
    """A constraint or a unique index: its definition, and the columns that it looks at."""

    table: str
    definition: str
    columns: frozenset[str]

    @property
    def shape(self) -> str:
        """The definition without the values that it lists."""
        return re.sub(r"(\?[, ]*)+", "?", _VALUE.sub("?", self.definition))

    @property
    def values(self) -> frozenset[str]:
        """The values that it lists."""
        return frozenset(_VALUE.findall(self.definition))


@dataclass(frozen=True)
class Picture:
    """The catalogue of one database, without names that no program knows."""

    columns: dict[tuple[str, str], Column]
    constraints: frozenset[Rule]
    unique: frozenset[Rule]
    rights: frozenset[tuple[str, ...]]
    fences: frozenset[tuple[str, ...]]
    policies: dict[tuple[str, str], str]
    functions: dict[str, str]

    @property
    def tables(self) -> set[str]:
        """Tables and views."""
        return {table for table, _ in self.columns}


def take_picture(database: psycopg.Connection) -> Picture:
    """Read the catalogue as the transaction of this superuser's connection sees it."""
    return Picture(
        {(table, name): Column(*rest) for table, name, *rest in database.execute(_COLUMNS.encode())},
        frozenset(Rule(t, d, frozenset(c)) for t, d, c in database.execute(_CONSTRAINTS.encode())),
        frozenset(Rule(t, d, frozenset(c)) for t, d, c in database.execute(_UNIQUE.encode())),
        frozenset(database.execute(_RIGHTS.encode()).fetchall()),
        frozenset(database.execute(_FENCES.encode()).fetchall()),
        {(table, name): words for table, name, words in database.execute(_POLICIES)},
        dict(database.execute(_FUNCTIONS).fetchall()),
    )
