"""The cell-key method: random noise on counts that is the same wherever the same persons are counted."""

from sozialraum.protection.noise.cell_key import NoisyTable, perturbed
from sozialraum.protection.noise.keys import Secret, cell_keys, record_keys, secret_from
from sozialraum.protection.noise.maximum_entropy import Shape
from sozialraum.protection.noise.perturbation import PerturbationTable, perturbation_table
from sozialraum.protection.noise.risk import DifferenceRisk, difference_risk

__all__ = [
    "DifferenceRisk",
    "NoisyTable",
    "PerturbationTable",
    "Secret",
    "Shape",
    "cell_keys",
    "difference_risk",
    "perturbation_table",
    "perturbed",
    "record_keys",
    "secret_from",
]
