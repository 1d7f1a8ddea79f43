"""Invented names of the county: each one says that it is a placeholder."""

COUNTY = "Landkreis Musterkreis (erfunden)"

MUNICIPALITIES = (
    "Musterstadt",
    "Beispielhausen",
    "Probenheim",
    "Exempelau",
    "Vorlagental",
    "Musterfelde",
    "Beispielsee",
    "Demowalde",
    "Platzhaltern",
)

TOWN_DISTRICTS = (
    "Musternord",
    "Musterhöhe",
    "Probeviertel",
    "Altstadt",
    "Beispielpark",
    "Bahnhofsviertel",
    "Flussvorstadt",
    "Mustersüd",
)
"""Social areas of the town from north to south."""

COMMUNE_PARTS = ("Nord", "Süd")

TOWN_ENDINGS = ("-Nord", "-Mitte", "-West", "-Ost", "-Süd", "-Am Anger", "-Neue Gärten")

VILLAGES = (
    "Mühlenberg",
    "Klein Beispiel",
    "Groß Beispiel",
    "Probendorf",
    "Exempelhof",
    "Musterbeck",
    "Obermuster",
    "Untermuster",
    "Entwurfshagen",
    "Attrappenrode",
    "Neu Vorlage",
    "Alt Vorlage",
    "Testlingen",
    "Modellbüttel",
    "Schablonenfeld",
    "Mühlenberg",
    "Skizzenau",
    "Musterlohe",
    "Beispielbrück",
    "Probstmuster",
    "Kleinentwurf",
    "Großentwurf",
    "Demohorst",
    "Exempelmoor",
    "Übungsheide",
    "Platzhagen",
    "Beispielried",
    "Musterwisch",
)
"""Villages that give planning areas of the communes their names; Mühlenberg exists twice, as in real life."""
