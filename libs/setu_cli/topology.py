"""Topology of the product: the kit's shape filled with the product's events, for whoever sets up a broker."""

from service_kit.messaging.topology import Topology
from setu.events import EXCHANGES, SUBSCRIPTIONS

TOPOLOGY = Topology(EXCHANGES, SUBSCRIPTIONS)
