# ruff: noqa: E501
"""An invented town with every kind of block, for looking at the writers and testing them. All numbers are made up."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import shapely

from sozialraum.reports.blocks import (
    Bullets,
    Callout,
    Cell,
    Chart,
    Column,
    Columns,
    Cover,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Map,
    Matrix,
    MatrixCell,
    MatrixHead,
    Paragraph,
    Run,
    Section,
    Table,
)

STATUS = ("hoch", "mittel", "niedrig", "sehr niedrig")
DYNAMICS = ("positiv", "stabil", "negativ")
MARKS = ("up", "", "down")
DISTRICTS = (
    "Altstadt", "Bahnhofs-Vorstadt", "Großsiedlung Süd", "Köppelsdorf-Öhringen", "Mühlenfeld", "Nordweststadt-Lindenau",
    "Östliche Höhe", "Weststadt",
)  # fmt: skip
SOURCE = "Einwohnerregister und Statistik der Grundsicherung der erfundenen Stadt Musterfurt"


@cache
def town(count: int = 150) -> tuple[pa.Table, pa.Table]:
    """Areas with class and mark, and districts, as a coverage of Voronoi cells inside a bent outline."""
    rng = np.random.default_rng(20)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 9000 + 1400 * np.sin(3 * angles) + 700 * np.cos(7 * angles) + rng.normal(0, 220, 60)
    edge = shapely.Polygon(np.c_[400000 + radius * 1.15 * np.cos(angles), 5800000 + radius * 0.9 * np.sin(angles)])
    spread = np.sqrt(rng.random(count * 2)) ** 1.4 * 9500
    turn = rng.random(count * 2) * 2 * np.pi
    seeds = np.c_[400000 + spread * 1.15 * np.cos(turn), 5800000 + spread * 0.9 * np.sin(turn)]
    seeds = seeds[shapely.contains_xy(edge, seeds)][:count]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=edge))
    cells = [cell for cell in shapely.intersection(cells, edge) if cell.geom_type == "Polygon"]
    middles = np.array([(cell.centroid.x, cell.centroid.y) for cell in cells])
    poles = np.array(
        [(400000, 5800000)]
        + [(400000 + 6200 * np.cos(turn), 5800000 + 5200 * np.sin(turn)) for turn in np.linspace(0.3, 6.0, 7)]
    )
    district = np.argmin(((middles[:, None, :] - poles[None]) ** 2).sum(axis=2), axis=1)
    score = rng.normal(0, 1, len(cells)) + 1.2 * np.exp(-((middles - poles[2]) ** 2).sum(axis=1) / 9e6)
    status = np.digitize(score, (-1.0, 1.1, 1.7))
    dynamics = np.digitize(rng.normal(0, 1, len(cells)), (-1.3, 1.3))
    special = {3: "flat", 17: "flat"}
    areas = pa.table({
        "key": [f"{place:04d}" for place in range(len(cells))],
        "label": [f"Gebiet {place + 1}" for place in range(len(cells))],
        "district": [DISTRICTS[one] for one in district],
        "geometry": [bytes(shapely.to_wkb(cell)) for cell in cells],
        "status": status,
        "dynamics": dynamics,
        "fill": [special.get(place, f"status-{one + 1}") for place, one in enumerate(status)],
        "mark": ["" if place in special else MARKS[one] for place, one in enumerate(dynamics)],
        "text": [f"Status {STATUS[one]}, Entwicklung {DYNAMICS[two]}" for one, two in zip(status, dynamics, strict=True)],
    })  # fmt: skip
    merged = [
        shapely.coverage_union_all([c for c, d in zip(cells, district, strict=True) if d == one]) for one in range(8)
    ]
    outlines = pa.table({
        "key": [f"D{one}" for one in range(8)],
        "label": list(DISTRICTS),
        "geometry": [bytes(shapely.to_wkb(one)) for one in merged],
    })  # fmt: skip
    return areas, outlines


def twin(title: str, *columns: tuple[str, list[str]]) -> Table:
    """A table of texts, for the twins of charts."""
    heads = tuple(Column(head, "text" if place == 0 else "number") for place, (head, _) in enumerate(columns))
    return Table(title, heads, tuple(zip(*(values for _, values in columns), strict=True)))


def status_key() -> Table:
    """The key of the index map with counts."""
    areas, _ = town()
    counts = [areas["fill"].to_pylist().count(f"status-{one}") for one in (1, 2, 3, 4)]
    marks = [areas["mark"].to_pylist().count(one) for one in ("up", "down")]
    rows = [
        (Cell(word, fill=f"status-{one}"), str(count))
        for one, (word, count) in enumerate(zip(STATUS, counts, strict=True), 1)
    ]
    rows += [(Cell("positiv", mark="up"), str(marks[0])), (Cell("negativ", mark="down"), str(marks[1]))]
    rows += [(Cell("nicht bewertet", fill="flat"), "2")]
    groups = ((0, "Status"), (4, "Entwicklung"), (6, "Ohne Klasse"))
    return Table("Legende der Karte", (Column("Klasse"), Column("Gebiete", "number")), tuple(rows), groups=groups)


def index_map(**changes: object) -> Map:
    """The index map of the invented town."""
    areas, outlines = town()
    names, texts = areas["label"].to_pylist(), areas["text"].to_pylist()
    whole = Map(
        "Wo liegen die Gebiete mit sehr niedrigem Status?",
        "Karte von Musterfurt: Gebiete mit sehr niedrigem Status häufen sich im Süden der Stadt.",
        areas,
        key=status_key(),
        outlines=outlines,
        unit="Status Ende 2024, Entwicklung seit Ende 2022",
        source=SOURCE,
        note="Fläche ist nicht Bevölkerung: Große Gebiete am Stadtrand fallen auf, auch wenn dort wenige Menschen leben.",
        table=twin("Klassen der Gebiete", ("Gebiet", names), ("Klasse", texts)),
        key_beside=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def rate_map() -> Map:
    """A map of a rate with all four empty states."""
    areas, outlines = town()
    rng = np.random.default_rng(5)
    values = rng.gamma(3, 1.2, areas.num_rows)
    fills = [f"rate-{one + 1}" for one in np.digitize(values, (1.5, 2.5, 4, 6))]
    for place, state in {
        5: "zero",
        9: "zero",
        12: "hidden",
        30: "hidden",
        41: "hidden",
        60: "unknown",
        61: "unknown",
    }.items():
        fills[place] = state
    words = ("über 0 bis unter 1,5", "1,5 bis unter 2,5", "2,5 bis unter 4,0", "4,0 bis unter 6,0", "6,0 und mehr")
    shown = [*((f"rate-{one}", word) for one, word in reversed(list(enumerate(words, 1))))]
    shown += [("zero", "null, echt"), ("hidden", "geheim"), ("unknown", "unbekannt")]
    rows = tuple(
        (Cell(word, fill=fill), Cell(str(fills.count(fill)), number=fills.count(fill))) for fill, word in shown
    )
    key = Table("Legende", (Column("Prozent"), Column("Gebiete", "bar")), rows)
    table = areas.drop_columns(["fill", "mark", "text"]).append_column("fill", [fills])
    names = areas["label"].to_pylist()
    return Map(
        "Jugendarbeitslosigkeit",
        "Karte der Jugendarbeitslosigkeit in fünf Klassen.",
        table,
        key,
        outlines,
        unit="Prozent der 15- bis unter 25-Jährigen",
        date="31.12.2024",
        source=SOURCE,
        table=twin("Jugendarbeitslosigkeit", ("Gebiet", names), ("Klasse", fills)),
        key_beside=True,
    )


def matrix() -> Matrix:
    """Twelve groups."""
    areas, _ = town()
    status, dynamics = areas["status"].to_pylist(), areas["dynamics"].to_pylist()
    pairs = list(zip(status, dynamics, strict=True))
    cells = tuple(
        tuple(
            MatrixCell(str(pairs.count((row, column))), "0,7 %", f"status-{row + 1}", MARKS[column], outlined=row == 3)
            for column in range(3)
        )
        for row in range(4)
    )
    return Matrix(
        "Zwölf Gruppen",
        tuple(MatrixHead(word, "Status", f"{status.count(row)} Gebiete") for row, word in enumerate(STATUS)),
        tuple(MatrixHead(word, mark=mark) for word, mark in zip(DYNAMICS, MARKS, strict=True)),
        cells,
        unit="Anzahl der Gebiete und Anteil an 148",
        ends=(("43.630", "11,6 %"), ("259.315", "68,8 %"), ("33.982", "8,9 %"), ("40.904", "10,7 %")),
        ends_head="Menschen",
        note="Umrandet: besonderer Aufmerksamkeitsbedarf.",
    )


def transition() -> Matrix:
    """Who changed class."""
    counts = ((44, 5, 0, 0), (4, 183, 2, 0), (0, 5, 23, 4), (0, 0, 1, 20))
    heads = tuple(MatrixHead(word, fill=f"status-{place}") for place, word in enumerate(STATUS, 1))
    cells = tuple(tuple(MatrixCell(str(one) if one else "–") for one in row) for row in counts)
    note = "Nur Gebiete mit unverändertem Zuschnitt."
    return Matrix("Wer hat die Klasse gewechselt?", heads, heads, cells, "transition", "2022", "Status 2024", note=note)


def findings() -> Columns:
    """Three findings with a small chart each."""
    shares = Chart(
        "bar", "Anteile", "Balken: 9,1 % der Gebiete, 10,7 % der Menschen, 12,8 % der unter 15-Jährigen.",
        pa.table({"label": ["", "", ""], "value": [9.1, 10.7, 12.8], "text": ["9,1 %", "10,7 %", "12,8 %"],
                  "note": ["der Gebiete", "der Menschen", "der unter 15-Jährigen"], "fill": ["status-4"] * 3}),
        options={"maximum": 20, "track": True, "axis": True}, show_title=False,
        table=twin("Anteile", ("Gruppe", ["Gebiete", "Menschen", "unter 15-Jährige"]), ("%", ["9,1", "10,7", "12,8"])),
    )  # fmt: skip
    edges = np.arange(-2.5, 6.5, 0.5)
    counts = [0, 1, 1, 3, 10, 40, 52, 30, 21, 14, 9, 8, 4, 2, 1, 1, 0]
    changes = Chart(
        "histogram", "Veränderung", "Histogramm: In 133 Gebieten stieg die Arbeitslosigkeit, in 15 sank sie.",
        pa.table({"from": edges[:-1], "to": edges[1:], "count": counts,
                  "fill": ["dynamics-positive" if edge < 0 else "dynamics-negative" for edge in edges[:-1]]}),
        options={"cut": 0.0, "left": "15 gesunken", "right": "133 gestiegen"}, show_title=False,
        table=twin("Veränderung", ("von", [f"{one:g}" for one in edges[:-1]]), ("Gebiete", [str(one) for one in counts])),
    )  # fmt: skip
    trend = Chart(
        "line", "Verlauf", "Linie: Kinderarmut sinkt von 32,0 auf 26,6 Prozent.",
        pa.table({"x": [2014, 2016, 2018, 2020], "label": ["2014", "2016", "2018", "2020"], "value": [32.0, 30.0, 27.9, 26.6]}),
        show_title=False,
        table=twin("Verlauf", ("Jahr", ["2014", "2016", "2018", "2020"]), ("%", ["32,0", "30,0", "27,9", "26,6"])),
    )  # fmt: skip
    texts = (
        (
            Run("In 14 von 148 Gebieten ist der Status sehr niedrig. ", bold=True),
            "Dort leben 40.904 Menschen und 12,8 % aller unter 15-Jährigen.",
        ),
        (
            Run("Die Arbeitslosigkeit stieg in 133 von 148 Gebieten. ", bold=True),
            "Ein einzelnes Jahr ist noch kein Trend.",
        ),
        (
            Run("Kinderarmut sinkt seit 2014 auf 26,6 %. ", bold=True),
            "Die Achse beginnt nicht bei null; gezählt werden nur Leistungen nach SGB II.",
        ),
    )
    charts = (shares, changes, trend)
    return Columns(tuple((chart, Paragraph(text)) for chart, text in zip(charts, texts, strict=True)))


def sure() -> Chart:
    """How sure are the classes."""
    words, fills = ("sicher", "eher sicher", "Grenzfall"), ("sure-1", "sure-2", "sure-3")
    counts = {"Status": (130, 8, 10), "Entwicklung": (80, 36, 32)}
    rows = [(label, *part) for label, row in counts.items() for part in zip(words, fills, row, strict=True)]
    data = pa.table({
        "label": [row[0] for row in rows], "part": [row[1] for row in rows], "fill": [row[2] for row in rows],
        "value": [row[3] for row in rows], "text": [str(row[3]) for row in rows],
    })  # fmt: skip
    table = twin("Sicherheit", ("Klasse", [f"{r[0]}: {r[1]}" for r in rows]), ("Gebiete", [str(r[3]) for r in rows]))
    alt = "Die Statusklasse ist in 130 von 148 Gebieten sicher, die Entwicklung in 80."
    return Chart(
        "stacked_bar",
        "Wie sicher ist das?",
        alt,
        data,
        unit="Anzahl der Gebiete",
        options={"label_above": True},
        table=table,
    )


def districts() -> Chart:
    """People by status of their area, district by district."""
    rng = np.random.default_rng(2)
    rows = [(name, rng.dirichlet((3, 8, 2, 2)) * 100) for name in DISTRICTS]
    rows.sort(key=lambda one: -(one[1][2] + one[1][3]))
    data = pa.table({
        "label": [name for name, _ in rows for _ in range(4)], "part": [f"Status {word}" for _ in rows for word in STATUS[::-1]],
        "value": [float(part) for _, parts in rows for part in parts[::-1]],
        "fill": [f"status-{one}" for _ in rows for one in (4, 3, 2, 1)],
    })  # fmt: skip
    ends = {name: f"{parts[2] + parts[3]:.1f} %".replace(".", ",") for name, parts in rows}
    table = twin("Stadtteile", ("Stadtteil", list(ends)), ("niedrig und sehr niedrig", list(ends.values())))
    options = {
        "parts_total": True,
        "ends": ends,
        "ends_head": "niedrig und sehr niedrig",
        "head": "Anteil der Menschen",
    }
    return Chart(
        "stacked_bar",
        "Die Stadtteile im Vergleich",
        "Gestapelte Balken je Stadtteil.",
        data,
        options=options,
        table=table,
        source=SOURCE,
    )


def intervals() -> Chart:
    """All areas with their interval, ordered."""
    rng = np.random.default_rng(7)
    values = np.sort(rng.standard_t(4, 148))
    fills = ["dynamics-positive" if v < -1 else "dynamics-negative" if v > 1 else "dynamics-stable" for v in values]
    half = rng.gamma(4, 0.12, 148)
    options = {
        "cuts": [{"value": 1.0, "above": "oberhalb +1: Entwicklung negativ"}, {"value": -1.0, "below": "unterhalb −1: Entwicklung positiv"}],
        "highlight": 22, "highlight_text": "Gebiet 23: stabil, könnte auch positiv sein",
    }  # fmt: skip
    table = twin(
        "Entwicklung",
        ("Gebiet", [str(n) for n in range(148)]),
        ("Index", [f"{v:.2f}".replace(".", ",") for v in values]),
    )
    data = pa.table({"value": values, "lower": values - half, "upper": values + half, "fill": fills})
    return Chart(
        "ordered_intervals",
        "Entwicklung aller Gebiete mit Zufallsbereich",
        "Jedes Gebiet eine Linie, geordnet.",
        data,
        options=options,
        table=table,
    )


def long_line() -> Chart:
    """Three districts over time with a break."""
    names = ("Altstadt", "Großsiedlung Süd", "Mühlenfeld")
    years = list(range(2014, 2025))
    values = {"Altstadt": 12.0, "Großsiedlung Süd": 31.0, "Mühlenfeld": 11.4}
    rows = [
        (n, y, None if (n == "Mühlenfeld" and y == 2017) else values[n] + 2.5 * np.sin(y + len(n)) - 0.3 * (y - 2014))
        for n in names
        for y in years
    ]
    data = pa.table(
        {
            "series": [r[0] for r in rows],
            "x": [r[1] for r in rows],
            "label": [str(r[1]) for r in rows],
            "value": [r[2] for r in rows],
        }
    )
    table = twin(
        "Kinderarmut",
        ("Stadtteil", [r[0] for r in rows]),
        ("Jahr", [str(r[1]) for r in rows]),
        ("%", ["–" if r[2] is None else f"{r[2]:.1f}".replace(".", ",") for r in rows]),
    )
    options = {"zero": True, "breaks": [{"x": 2020.5, "label": "neuer Gebietszuschnitt"}]}
    return Chart(
        "line",
        "Kinderarmut bleibt in der Großsiedlung am höchsten",
        "Linien dreier Stadtteile.",
        data,
        unit="Prozent der unter 15-Jährigen",
        date="jeweils 31.12.",
        options=options,
        table=table,
        source=SOURCE,
    )


def profile_table(rows: int = 10) -> Table:
    """All fields of an area's profile."""
    rng = np.random.default_rng(3)
    names = (
        "Arbeitslosigkeit",
        "Transferbezug",
        "Jugendarbeitslosigkeit",
        "Altersarmut",
        "Kinderarmut",
        "Kinder bei Alleinerziehenden",
        "Migrationshintergrund",
        "Wohndauer über fünf Jahre",
        "Wanderungsvolumen",
        "Einfache Wohnlage",
    )
    lines = []
    for place in range(rows):
        values = rng.gamma(3 + place % 4, 2 + place % 5, 536)
        own = rng.random(536) < 0.08
        value = float(np.quantile(values, rng.random() * 0.8 + 0.15))
        strip = Chart("dot_strip", names[place], f"Lage unter 536 Gebieten: höher als in {place} von 10.", pa.table({"value": values, "own": own}), options={
            "value": None if place == 2 else value, "lower": value * 0.93, "upper": value * 1.07, "median": float(np.median(values)), "quartiles": tuple(np.quantile(values, (0.25, 0.75)).tolist()),
        })  # fmt: skip
        trend = [value * (1 + 0.1 * np.sin(place + step)) for step in range(6)]
        if place in (5, 7):
            trend[2] = trend[3] = None
        line = Chart(
            "sparkline",
            names[place],
            "Verlauf",
            pa.table({"x": list(range(2012, 2024, 2)), "value": trend}),
            options={"breaks": [2021]},
        )
        figure = (
            Cell("geheim", state="hidden")
            if place == 2
            else Cell(
                f"{value:.1f}".replace(".", ","),
                strong=True,
                note=f"{value * 0.93:.1f} bis {value * 1.07:.1f}".replace(".", ","),
            )
        )
        lines.append(
            (
                Cell(names[place], strong=True, note="Prozent der 15- bis unter 65-Jährigen"),
                figure,
                Cell(chart=strip),
                f"höher als {60 + 3 * place} %",
                Cell(chart=line),
            )
        )
    columns = (
        Column("Kennzahl"),
        Column("Ende 2024", "number"),
        Column("Lage unter 536 Gebieten", "chart"),
        Column("der Gebiete"),
        Column("seit 2012", "chart"),
    )
    groups = ((0, "Grundsicherung und Arbeit"), (4, "Kinder und Familien"), (6, "Bevölkerung und Wohnen"))
    return Table(
        "Alle Kennzahlen im Vergleich",
        columns,
        tuple(lines),
        groups=tuple(g for g in groups if g[0] < rows),
        stack=True,
        show_title=False,
        note="Raute: dieses Gebiet, Balken: Zufallsbereich 95 %. Blau: eigener Stadtteil, grau: übrige Stadt, Strich: Median, Fläche: mittlere Hälfte. Gestrichelt im Verlauf: neuer Gebietszuschnitt.",
    )


def ages() -> Chart:
    """Composition by age."""
    labels = ["unter 6", "6 bis 14", "15 bis 17", "18 bis 26", "27 bis 44", "45 bis 54", "55 bis 64", "65 und älter"]
    values, reference = [7.4, 11.5, 3.9, 10.4, 21.3, 11.6, 11.3, 22.7], [5.9, 7.9, 2.4, 9.5, 29.0, 12.8, 13.2, 19.2]
    texts, others = ([f"{one:.1f}".replace(".", ",") for one in row] for row in (values, reference))
    data = pa.table(
        {
            "label": labels,
            "value": values,
            "reference": reference,
            "text": texts,
            "reference_text": [f"Stadt {one}" for one in others],
        }
    )
    return Chart(
        "age_bars",
        "Altersaufbau",
        "Balken nach Altersgruppen.",
        data,
        unit="Prozent der Menschen, Strich: Stadt",
        date="31.12.2024",
        table=twin("Altersaufbau", ("Alter", labels), ("Gebiet", texts), ("Stadt", others)),
    )


def band() -> Chart:
    """How firm is the class."""
    data = pa.table(
        {
            "from": [-2.5, -1.0, 1.0],
            "to": [-1.0, 1.0, 2.5],
            "label": list(DYNAMICS),
            "fill": ["dynamics-positive", "dynamics-stable", "dynamics-negative"],
        }
    )
    return Chart(
        "class_band",
        "Wie fest ist die Einordnung?",
        "Dynamikindex −0,91, Zufallsbereich −1,55 bis −0,26.",
        data,
        options={"value": -0.91, "lower": -1.55, "upper": -0.26, "ticks": (-2, -1, 0, 1, 2)},
        table=twin("Einordnung", ("Maß", ["Index", "von", "bis"]), ("Wert", ["−0,91", "−1,55", "−0,26"])),
    )


def similar() -> Table:
    """Similar areas."""
    head = (
        Column("Gebiet"),
        Column("Klasse"),
        Column("Kinderarmut", "number", "%"),
        Column("Abstand", "number", phone=False),
    )
    rows = (
        (
            Cell("Gebiet 23", note="Mühlenfeld, 14.722 Menschen", strong=True),
            Cell("sehr niedrig", fill="status-4"),
            "51,5",
            "",
        ),
        (Cell("Gebiet 40", note="Großsiedlung Süd", href="#gallery"), Cell("niedrig", fill="status-3"), "43,2", "0,83"),
        (
            Cell("Gebiet 7", note="Nordweststadt-Lindenau"),
            Cell("mittel", fill="status-2"),
            Cell("geheim", state="hidden"),
            "1,07",
        ),
        (
            Cell("Gebiet 99", note="Köppelsdorf-Öhringen"),
            Cell("hoch", fill="status-1"),
            Cell("unbekannt", state="unknown"),
            "1,26",
        ),
    )
    return Table(
        "Ähnliche Gebiete", head, rows, highlight=(0,), note="Am nächsten in sechs Kennzahlen und im Altersaufbau."
    )


def profile(key: str = "0022", title: str = "Gebiet 23 (Mühlenfeld)", **changes: object) -> Section:
    """One page of an area."""
    areas, _ = town()
    place = areas["key"].to_pylist().index(key)
    district = f"D{DISTRICTS.index(areas['district'][place].as_py())}"
    locator = index_map(
        key=None,
        table=None,
        note="",
        source="",
        unit="",
        show_title=False,
        highlight=(key,),
        focus=(district,),
        labels=False,
        scale_bar=False,
        alt="Lage des Gebiets in seinem Stadtteil.",
    )
    figures = KeyFigures(
        (
            KeyFigure("Menschen", "14.722", "am 31.12.2024"),
            KeyFigure("Status", "sehr niedrig", "sicher: 997 von 1.000 Rechenläufen", "status-4"),
            KeyFigure("Entwicklung seit 2022", "stabil", "unsicher: 606 von 1.000, sonst positiv", mark="stable"),
        )
    )
    bullets = Bullets((
        ("Der soziale Status ist ", Run("sehr niedrig", bold=True), ", wie in allen Ausgaben seit 2014."),
        (Run("Etwa jedes zweite Kind", bold=True), " unter 15 Jahren lebt in einem Haushalt mit Grundsicherung (51,5 %). Ende 2014 waren es 70,5 %."),
        ("Die ", Run("Arbeitslosigkeit", bold=True), " stieg seit Ende 2022 um 1,9 Punkte auf 9,3 %, ähnlich wie fast überall in der Stadt."),
        ("Ob die Lage sich besser entwickelt als anderswo, ist ", Run("nicht sicher zu sagen", bold=True), ": Der Wert liegt dicht an der Klassengrenze."),
    ))  # fmt: skip
    limits = Callout(
        (
            Run("Grenzen. ", bold=True),
            "Der Zufallsbereich zeigt, wie stark ein Wert ohne echte Änderung schwanken kann. Das Profil zeigt die Lage, nicht ihre Ursachen.",
        )
    )
    body = (profile_table(), Columns(((ages(),), (similar(),)), (0.45, 0.55)), limits)
    made = Section(
        "profile",
        title,
        body,
        f"Gebietsprofil · {areas['district'][place].as_py()} · {key}",
        (figures, bullets),
        (locator,),
        page=True,
        one_page=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def gallery() -> Document:
    """A report with every kind of block."""
    summary = Section("summary", "Das Wichtigste auf einer Seite", (
        Paragraph(("In den meisten Gebieten ist der soziale Status mittel und die Entwicklung stabil. 14 Gebiete fallen deutlich ab.",), "lead"),
        findings(),
        Columns(((replace(matrix(), title="Zwölf Gruppen"),), (index_map(key=None, key_beside=False, table=None, labels=False, note=""),)), (0.56, 0.44)),
        Columns(((sure(),), (Heading(3, "Was wir empfehlen"), Bullets((("Empfehlung in einem Satz, mit Ziel und Gebieten. ", Run("Grundlage: Befund 1", muted=True)), ("Empfehlung mit Zuständigkeit.",)), ordered=True), Heading(3, "Was dieser Bericht nicht sagt"), Paragraph(("Der Index ist kein Pegel: Jede Ausgabe vergleicht die Gebiete neu. ", Run("Mehr zur Methode", href="#method")))),), (0.56, 0.44)),
        districts(),
    ), page=True)  # fmt: skip
    maps = Section("maps", "Karten", (index_map(), rate_map()), page=True)
    method = Section(
        "method",
        "Wie sicher ist das?",
        (
            intervals(),
            Columns(((band(),), (transition(),))),
            long_line(),
            Callout(("Ein Hinweis, der nicht übersehen werden darf.",), "warn"),
        ),
        page=True,
    )
    return Document(
        "Sozialbericht Musterfurt 2024",
        (summary, maps, method, profile()),
        "Soziale Lage und Entwicklung in 148 Gebieten",
        release_label="Freigabe 2024-1",
        release_line="Freigabe 2024-1 · Stand 31.12.2024 · gerundet auf eine Nachkommastelle",
        source_line=f"Quelle: {SOURCE}.",
        date="2025-03-01",
        cover=Cover("Sozialraum Musterfurt", "Erfundenes Beispiel", index_map(labels=False), "Stand Ende 2024"),
        invented=True,
        place="Sozialraum Musterfurt",
    )
