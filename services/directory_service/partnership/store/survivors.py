"""An item of the board that was hidden stays hidden in a restored backup."""

from service_kit.db.survivors import Survivor

SURVIVORS = (Survivor("board_item", "id", only_updates=("state", "hide_reason"), only_if="told.state = 'hidden'"),)
