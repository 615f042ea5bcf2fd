"""Words for a unit's cards: how many are left, and where an order stands, each with the tone of its tag."""

from collections.abc import Mapping

from referral_service.domain.cards.card_order import OrderState
from referral_service.domain.cards.card_stock import CardStock
from service_kit.translations import N_

STOCK: Mapping[CardStock, tuple[str, str]] = {
    CardStock.ENOUGH: (N_("Enough"), "green"),
    CardStock.FEW: (N_("Few"), "amber"),
    CardStock.NONE: (N_("None"), "red"),
}
ORDER_STATE: Mapping[OrderState, tuple[str, str]] = {
    OrderState.ORDERED: (N_("Ordered"), "amber"),
    OrderState.PRINTED: (N_("Printed"), "quiet"),
    OrderState.SENT: (N_("On its way to the unit"), "green"),
}
