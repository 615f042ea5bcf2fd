"""Ranks of police and prisons, in four groups, and the names by which states call them.

Training's coverage and posted strength read this table. SHO is a post, not a rank. The aliases here hold everywhere; a
state's own are rows of `rank_alias`. Those marked in the source as general knowledge have to be checked by an officer.
Source: partnership page, section 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setu.roles import COURT, POLICE_UNIT, PRISON
from setu.text import N_

FRONT, STATION, COMMAND, OTHER = "front", "station", "command", "other"
GROUPS: Mapping[str, str] = {
    FRONT: N_("Front line"),
    STATION: N_("Station officers"),
    COMMAND: N_("Command"),
    OTHER: N_("Others"),
}


@dataclass(frozen=True)
class Rank:
    """One rank: its code, its group, the kind of unit that has it, its name, and other names of it."""

    code: str
    group: str
    kind: str
    title: str
    aliases: tuple[str, ...] = ()


RANKS: Mapping[str, Rank] = {
    rank.code: rank
    for rank in (
        Rank("PC", FRONT, POLICE_UNIT, N_("Constable"), ("police constable", "constable", "lance naik")),
        Rank("HC", FRONT, POLICE_UNIT, N_("Head constable"), ("head constable", "havildar")),
        Rank("ASI", STATION, POLICE_UNIT, N_("Assistant sub-inspector"), ("assistant sub inspector",)),
        Rank("SI", STATION, POLICE_UNIT, N_("Sub-inspector"), ("sub inspector", "api", "assistant police inspector")),
        Rank("INSP", STATION, POLICE_UNIT, N_("Inspector"), ("inspector", "pi", "police inspector")),
        Rank("DYSP", COMMAND, POLICE_UNIT, N_("Deputy superintendent of police"), ("dsp", "asp", "acp", "sdpo")),
        Rank("ADDL_SP", COMMAND, POLICE_UNIT, N_("Additional superintendent of police"), ("addl sp", "additional sp")),
        Rank("SP", COMMAND, POLICE_UNIT, N_("Superintendent of police"), ("ssp", "dcp")),
        Rank("HOME_GUARD", OTHER, POLICE_UNIT, N_("Home guard"), ("home guard", "hg")),
        Rank("WARDER", FRONT, PRISON, N_("Warder")),
        Rank("HEAD_WARDER", FRONT, PRISON, N_("Head warder"), ("head warder",)),
        Rank("ASST_JAILOR", STATION, PRISON, N_("Assistant jailor"), ("assistant jailor", "assistant jailer")),
        Rank("DEPUTY_JAILOR", STATION, PRISON, N_("Deputy jailor"), ("deputy jailor", "deputy jailer")),
        Rank("JAILOR", STATION, PRISON, N_("Jailor"), ("jailer",)),
        Rank("DEPUTY_SUPDT", COMMAND, PRISON, N_("Deputy superintendent of prison"), ("deputy superintendent",)),
        Rank("SUPDT", COMMAND, PRISON, N_("Superintendent of prison"), ("superintendent",)),
        Rank("MEDICAL_OFFICER", OTHER, PRISON, N_("Medical officer"), ("medical officer", "mo")),
        Rank("WELFARE_OFFICER", OTHER, PRISON, N_("Welfare officer"), ("welfare officer",)),
        Rank("NURSE", OTHER, PRISON, N_("Nurse"), ("staff nurse",)),
        Rank("COURT_STAFF", OTHER, COURT, N_("Court staff"), ("court staff",)),
    )
}


def fold_rank(word: str) -> str:
    """The one spelling under which a word for a rank is looked up: lower case, no dots, single blanks."""
    return " ".join(word.replace(".", " ").replace("-", " ").replace("_", " ").casefold().split())


_KNOWN: Mapping[tuple[str, str], str] = {
    (rank.kind, fold_rank(word)): rank.code for rank in RANKS.values() for word in (rank.code, *rank.aliases)
}


def rank_of(word: str, kind: str, aliases: Mapping[str, str]) -> str | None:
    """The rank that a word means in units of this kind; None where nobody has said. `aliases`: the state's, folded."""
    said = aliases.get(fold_rank(word))
    if said is not None and RANKS[said].kind == kind:
        return said
    return _KNOWN.get((kind, fold_rank(word)))


def ranks_of_kind(kind: str) -> tuple[Rank, ...]:
    """The ranks that units of this kind have, in the order of the table."""
    return tuple(rank for rank in RANKS.values() if rank.kind == kind)
