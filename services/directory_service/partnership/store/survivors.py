"""What of the partnership outlives a restored backup: hidden items of the board stay hidden, frozen months stay told.

The referral service publishes a month once and keeps it through its own restore, so no event would bring it back.
"""

from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor("board_item", "id", only_updates=("state", "hide_reason"), only_if="told.state = 'hidden'"),
    Survivor("frozen_figures", "subject"),
)
