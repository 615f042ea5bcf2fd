"""Statements of the staging database: its tables, and the questions that are asked of everything in it at once.

`CROSS JOIN` is how SQLite is told the order of a join. Without statistics it takes `kind = ?` of `doc` for narrow, and
pairs every service with every place: time that grows with the square of the file.
"""

SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE doc (number INTEGER PRIMARY KEY, kind TEXT, id TEXT, owner TEXT, rank INTEGER, at TEXT, body TEXT,
    UNIQUE (kind, id));
CREATE INDEX doc_owner ON doc (owner, kind);
CREATE INDEX doc_id ON doc (id);
CREATE TABLE part (kind TEXT, id TEXT, at TEXT, body TEXT, own_row INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX part_id ON part (id);
CREATE TABLE link (parent TEXT, col TEXT, kind TEXT, id TEXT);
CREATE INDEX link_parent ON link (parent);
CREATE INDEX link_child ON link (kind, id);
CREATE TABLE given_at (service TEXT, location TEXT, PRIMARY KEY (service, location)) WITHOUT ROWID;
CREATE INDEX given_at_location ON given_at (location);
CREATE TABLE copy (place TEXT, owner TEXT, id TEXT, PRIMARY KEY (place, owner)) WITHOUT ROWID;
CREATE TABLE own_id (id TEXT PRIMARY KEY, own TEXT) WITHOUT ROWID;
CREATE TABLE lost_row (at TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE lost_id (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE known (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE told (id TEXT, reason TEXT, PRIMARY KEY (id, reason)) WITHOUT ROWID;
BEGIN;
"""
OWNERS = """
UPDATE doc SET owner = coalesce((SELECT place.owner FROM given_at CROSS JOIN doc place
    ON place.kind = 'location' AND place.id = given_at.location
    WHERE given_at.service = doc.id AND place.owner <> '' LIMIT 1), '') WHERE kind = 'service' AND owner = '';
"""
PLACES = """
SELECT id, owner, at, (SELECT service.owner FROM given_at CROSS JOIN doc service
    ON service.kind = 'service' AND service.id = given_at.service
    WHERE given_at.location = doc.id AND service.owner <> '' LIMIT 1) AS user
FROM doc WHERE kind = 'location' AND NOT EXISTS
    (SELECT FROM doc owner WHERE owner.kind = 'organization' AND owner.id = doc.owner)
""".replace("SELECT FROM", "SELECT 1 FROM")
SHARED = """
SELECT DISTINCT given_at.location, service.owner FROM given_at
    CROSS JOIN doc service ON service.kind = 'service' AND service.id = given_at.service
    CROSS JOIN doc place ON place.kind = 'location' AND place.id = given_at.location
WHERE service.owner <> '' AND service.owner <> place.owner
"""
ORPHANS = """
SELECT part.kind, part.id, part.at, link.col, link.parent,
    EXISTS (SELECT 1 FROM doc WHERE doc.id = link.parent) OR EXISTS (SELECT 1 FROM part up WHERE up.id = link.parent)
FROM part JOIN link ON link.kind = part.kind AND link.id = part.id WHERE EXISTS (
    SELECT 1 FROM link lost WHERE lost.kind = part.kind AND lost.id = part.id
    AND NOT EXISTS (SELECT 1 FROM doc WHERE doc.id = lost.parent)
    AND NOT EXISTS (SELECT 1 FROM part up WHERE up.id = lost.parent)
) ORDER BY part.kind, part.id
"""
HANGING = """
SELECT part.kind, part.id, part.at, link.col FROM link JOIN part ON part.kind = link.kind AND part.id = link.id
WHERE link.parent = ? AND part.own_row AND (part.kind = 'service_at_location' OR NOT EXISTS (
    SELECT 1 FROM link other WHERE other.kind = part.kind AND other.id = part.id AND other.parent <> ?
    AND other.col NOT IN ('taxonomy_term_id', 'unit_id')
    AND NOT EXISTS (SELECT 1 FROM lost_id WHERE lost_id.id = other.parent)
    AND (EXISTS (SELECT 1 FROM doc WHERE doc.id = other.parent)
        OR EXISTS (SELECT 1 FROM part up WHERE up.id = other.parent))))
"""
