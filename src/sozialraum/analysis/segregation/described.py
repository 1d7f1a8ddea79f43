"""Names of the measures: id of the indicator, German and English title, what a reader must not take them for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sozialraum.figures import Description


@dataclass(frozen=True, slots=True)
class Name:
    """One measure: name in results, id behind `segregation.`, titles."""

    measure: str
    id: str
    de: str
    en: str


NAMES = (
    Name("Dissimilarity D", "dissimilarity", "Segregationsindex D", "Dissimilarity"),
    Name("Multigroup D", "multigroup_dissimilarity", "Segregationsindex D aller Gruppen", "Multigroup dissimilarity"),
    Name("Isolation xPx", "isolation", "Isolationsindex", "Isolation"),
    Name("Exposure/interaction", "exposure", "Kontaktindex", "Exposure"),
    Name("Correlation ratio", "correlation_ratio", "Korrelationsmaß (eta²)", "Correlation ratio (eta²)"),
    Name("Normalised exposure", "normalised_exposure", "Normierter Kontakt", "Normalised exposure"),
    Name("Gini", "gini", "Gini-Index der Segregation", "Gini segregation"),
    Name("Gini multigroup", "multigroup_gini", "Gini-Index aller Gruppen", "Multigroup Gini"),
    Name("Entropy/diversity E", "entropy", "Vielfalt (Entropie)", "Diversity (entropy)"),
    Name("Theil H", "h", "Segregation H (Theil)", "Segregation H (Theil)"),
    Name("Mutual information M", "m", "Segregation M (gemeinsame Information)", "Segregation M (mutual information)"),
    Name("Relative diversity R", "relative_diversity", "Relative Vielfalt", "Relative diversity"),
    Name("Squared coeff. of variation C", "squared_variation", "Variationsmaß C", "Squared coefficient of variation"),
    Name("Simpson concentration", "simpson_concentration", "Simpson-Konzentration", "Simpson concentration"),
    Name("Simpson interaction", "simpson_interaction", "Simpson-Vielfalt", "Simpson interaction"),
    Name("Atkinson A_b", "atkinson", "Atkinson-Index (b = 0,5)", "Atkinson (b = 0.5)"),
    Name("MinMax", "minmax", "MinMax-Index", "MinMax"),
    Name("Location quotient", "location_quotient", "Standortquotient", "Location quotient"),
    Name("Local diversity", "local_diversity", "Vielfalt im Gebiet", "Local diversity"),
    Name("Local M", "local_m", "Beitrag des Gebiets zu M", "Local contribution to M"),
)
IDS = {one.measure: f"segregation.{one.id}" for one in NAMES}
LIMITS = {
    "de": "Kein Urteil über die Lage der Menschen; hängt von der Größe der Gebiete ab und ist bei kleinen Zahlen zu hoch.",
    "en": "No judgement on how people fare; depends on the size of the areas and is too high for small numbers.",
}


def descriptions(measures: Iterable[str], parts: tuple[str, ...]) -> tuple[Description, ...]:
    """Descriptions of these measures, in the order of NAMES; `parts` are the indicators of the groups."""
    wanted = set(measures)
    return tuple(described(IDS[one.measure], one.de, one.en, parts) for one in NAMES if one.measure in wanted)


def described(name: str, de: str, en: str, parts: tuple[str, ...]) -> Description:
    """An analysis of all groups, with the limits that hold for every one of them."""
    return Description(
        name,
        {"de": de, "en": en},
        unit="score",
        field="segregation",
        kind="combined",
        decimals=3,
        counts=False,
        part_of_denominator=False,
        parts=parts,
        compares=True,
        limits=LIMITS,
    )
