"""Flows between areas: commuters and moves, city and hinterland."""

from sozialraum.analysis.flows.balances import MEASURES, Bounded, balances, net_rate
from sozialraum.analysis.flows.figuring import interchange, measured
from sozialraum.analysis.flows.matrix import Flows, flows
from sozialraum.analysis.flows.structure import SHARE, exchange, functional_areas, main_flows, partner_entropy

__all__ = [
    "MEASURES",
    "SHARE",
    "Bounded",
    "Flows",
    "balances",
    "exchange",
    "flows",
    "functional_areas",
    "interchange",
    "main_flows",
    "measured",
    "net_rate",
    "partner_entropy",
]
