"""Each table outlives a restored backup, or is named here as one that a restore may bring back as the backup has it.

Whoever adds a table is asked: what would yesterday's backup undo? An end, an erasure, a hiding or a use must not come
undone (docs/adr/0041); what was only written down, counted or copied may.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from directory_service.organizations.store.base import Base as DirectoryBase
from directory_service.survivors import SURVIVORS as OF_DIRECTORY
from notification_service.store.survivors import SURVIVORS as OF_NOTIFICATION
from notification_service.store.tables import Base as NotificationBase
from referral_service.store.metadata import metadata as referral_metadata
from referral_service.store.survivors import SURVIVORS as OF_REFERRAL
from service_kit.db.survivors import Survivor

SERVICES = Path(__file__).parents[2] / "services"
for path in sorted(SERVICES.glob("**/store/tables*.py")):  # a table joins its metadata when its module is imported
    import_module(".".join(path.relative_to(SERVICES).with_suffix("").parts))
AS_THE_BACKUP_HAS_IT = {
    "directory": """
        agenda_item agreement agreement_document attendance blocked_day board_answer board_author board_key
        board_waiting breach breach_count breach_reporter change change_feed change_request confirmation_reminder
        district focal_point handover hosted_visit listing_history listing_upload location_confidential meeting
        meeting_action meeting_rhythm minutes_line organization_move posted_strength rank_alias registry_upload
        service_at_location state study_count taxonomy taxonomy_term ticket training_count training_reminder
        training_session training_trainer used_step
    """,
    "referral": """
        arrival attempt card_holder card_request case_note data_officer desk_code directory_district figure_tally
        futile_withdrawal heard_voice inbox_change inbox_version key_encryption_key question tally task_event
        team_voice voice_count voice_sender
    """,
    "notification": """
        absence attempt channel_rate channel_report choices delivery public_fact sending_day webhook_attempt
        webhook_message
    """,
}
OF = {
    "directory": (DirectoryBase.metadata, OF_DIRECTORY),
    "referral": (referral_metadata, OF_REFERRAL),
    "notification": (NotificationBase.metadata, OF_NOTIFICATION),
}
OF_THE_KIT = {"revoked_session"}
ASKED = (
    "what would yesterday's backup undo of this table? An end, an erasure, a hiding or a use: a Survivor in"
    " store/survivors.py; else its name in AS_THE_BACKUP_HAS_IT above (CONTRIBUTING, Add a table)"
)


@pytest.mark.parametrize("service", OF)
def test_each_table_survives_a_restore_or_is_said_not_to(service: str) -> None:
    tables: MetaData = OF[service][0]
    survivors: Sequence[Survivor] = OF[service][1]
    surviving = {one.table for one in survivors} - OF_THE_KIT
    left = set(AS_THE_BACKUP_HAS_IT[service].split())

    assert surviving & left == set()
    assert set(tables.tables) == surviving | left, ASKED
