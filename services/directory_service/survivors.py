"""What outlives a restored backup of the directory, of every subject, and how a restore ends."""

from directory_service.accounts.store import survivors as accounts
from directory_service.listings.store import survivors as listings
from directory_service.partnership.store import survivors as partnership
from service_kit.db.backup_manifest import BackupPlan

SURVIVORS = (*accounts.SURVIVORS, *listings.SURVIVORS, *partnership.SURVIVORS)
PLAN = BackupPlan(SURVIVORS, (*accounts.BEGIN, *listings.BEGIN), (*accounts.FINISH, *listings.FINISH))
