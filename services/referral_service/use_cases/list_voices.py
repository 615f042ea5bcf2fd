"""List what people said with their cards, as counts: of the reader's states, suppressed by `figures/voice_figures.py`.

Promises: a role sees the counts that rule 14 gives it, this year's and the last; each line of a state stands there
whether or not anything was said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.figures.voice_figures import VoiceCount, VoiceFigure, voice_figures
from referral_service.domain.voices import COUNTED, Voice
from referral_service.store.voices import counts_of
from service_kit.identity import Principal
from setu.districts import STATE_OF_DISTRICT
from setu.india import day_in_india


@dataclass(frozen=True)
class VoiceTable:
    """The lines of one year, voice and state."""

    year: int
    said: Voice
    state: str
    figures: Sequence[VoiceFigure]

    @property
    def organizations(self) -> set[UUID]:
        """Those that a line names."""
        return {figure.organization for figure in self.figures if figure.organization is not None}


def list_voices(session: Session, who: Principal, *, now: datetime) -> Sequence[VoiceTable]:
    """By voice; of each the newest year first, then by state."""
    this_year = day_in_india(now).year
    years = (this_year, this_year - 1)
    said = [voice for voice, roles in COUNTED.items() if who.role in roles]
    states = sorted({STATE_OF_DISTRICT[code] for code in who.districts if code in STATE_OF_DISTRICT})
    counts: dict[tuple[int, str, str], list[VoiceCount]] = defaultdict(list)
    for table, count in counts_of(session, states=states, years=years, said=said):
        counts[table].append(count)
    return [
        VoiceTable(year, voice, state, voice_figures(counts[year, voice, state]))
        for voice in said
        for year in years
        for state in states
    ]
