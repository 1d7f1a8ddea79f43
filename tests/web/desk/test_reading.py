"""Files whose table is not where one expects it: footnotes are seen, and whoever knows better says how the file is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.web.desk.test_desk import DELIVERIES, deliver, text
from tests.web.people import browser, make_person, send, work_off
from tests.workspace.town import rows

NOTES = "* gerundet\n© Meldebehörde, 2025; ohne Gewähr\n"


def uploaded() -> Any:
    from sozialraum.web.desk.models import Upload

    return Upload.objects.first()


def test_footnotes_below_the_table_are_not_in_the_way(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    place = deliver(client, (rows() + "* gerundet\n© Meldebehörde\n").encode("cp1252"), source="")
    page = text(client.get(place))
    assert "Unter der Tabelle stehen Fußnoten, beginnend mit „* gerundet“" in page
    assert "Die Zeile hat" not in page
    assert uploaded().proposal["settings"]["file"]["stop"] == "\\* gerundet"


def test_a_file_that_is_read_wrongly_is_read_again_as_somebody_says(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    place = deliver(client, rows() + NOTES, source="")  # the last line has two cells: no footnote by itself
    page = text(client.get(place))
    assert "Die letzte Zeile bricht ab" in page or "Die Zeile hat" in page
    assert "Angeben, wie die Datei aufgebaut ist" in page
    told = {
        "read": "1",
        "skip": "0",
        "header": "1",
        "stop": "* gerundet",
        "delimiter": "semicolon",
        "decimal": "",
        "thousands": "",
    }
    assert send(client, f"{place}pruefen/", told, page=place).status_code == 302
    work_off()
    page = text(client.get(place))
    assert "Was erkannt wurde" in page
    assert 'id="w-stop" name="stop" value="* gerundet"' in page
    assert uploaded().proposal["settings"]["file"]["delimiter"] == ";"


def test_what_makes_no_sense_is_recognised_anew(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    place = deliver(client, rows(), source="")
    told = {"read": "1", "skip": "viele", "header": "1000000", "delimiter": "quer", "decimal": "<b>", "stop": ""}
    assert send(client, f"{place}pruefen/", told, page=place).status_code == 302
    work_off()
    assert "Was erkannt wurde" in text(client.get(place))
    assert send(client, f"{DELIVERIES}nirgends/pruefen/", told, page=DELIVERIES).status_code == 404


def test_what_stands_in_the_way_is_told_once_with_what_to_do_here(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    strange = rows(year="2025").replace("\n0", "\n9")
    page = text(client.get(deliver(client, strange)))
    assert page.count("gibt es keines mit diesem Schlüssel") == 1
    assert "12 Stellen" in page
    assert page.count("Was zu tun ist:") == 1
    assert "Lieferung speichern" not in page


def test_the_form_of_a_mapping_speaks_in_words(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    page = text(client.get(deliver(client, rows(), source="")))
    assert '<label for="constant-residence">Art des Wohnsitzes</label>' in page
    assert '<option value="main" selected>Hauptwohnung</option>' in page
    assert "publisher:" not in page
    assert "Wer liefert die Datei?" in page


def test_every_word_of_the_vocabulary_is_put_into_words() -> None:
    from sozialraum.sources import vocabulary
    from sozialraum.web.desk.deliveries.words import NAMES

    kinds = [one for table in vocabulary().values() for one in table.dimensions.items()]
    assert [name for name, _ in kinds if name not in NAMES and name != "indicator"] == []


def test_remedies_speak_of_the_page_and_not_of_the_text_behind_it(town: Path) -> None:  # noqa: ARG001
    """A clerk sees a form: no bracketed table of settings, no word of the vocabulary, no file of corrections."""
    client = browser(make_person("planner"))
    lines = rows().splitlines()
    lines[1:4] = [line.rsplit(";", 1)[0] + end for line, end in zip(lines[1:4], (";k.A.", ";-5", ";1.5"), strict=True)]
    broken = "\n".join([*lines, lines[5], lines[6].replace("2024", "gestern"), lines[7].replace("0", "9", 1)])
    page = text(client.get(deliver(client, broken)))
    remedies = re.findall(r"(?:Was zu tun ist:</strong> |<span class=\"remedy\">)([^<]+)", page)
    assert (
        "Wählen Sie die Spalte mit dem Zeitpunkt, oder tragen Sie einen Zeitpunkt für die ganze Datei ein." in remedies
    )
    assert len(remedies) > 4
    assert not [one for one in remedies if re.search(r"\[|\]|_|=|toml|TOML|action|Korrektur|vintage|level", one)]


def test_findings_are_told_without_words_of_the_text_behind_the_form(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    content = "Raum;Wert;Menge\n" + "".join(f"0{at // 4 + 1}0{at % 4 + 1};{at};{at + 1}\n" for at in range(12))
    page = text(client.get(deliver(client, content, name="einwohner.csv", source="")))
    told = re.findall(r"<li>([^<]+)</li>", page[page.index('id="asked"') : page.index('id="preview"')])
    assert "Weder die Spalten noch der Dateiname enthalten einen Zeitpunkt." in told
    assert any("Schlüssel der Ebene „Planungsraum“" in one for one in told)
    assert [
        one for one in told if re.search(r"[a-z]_[a-z]|column|measure|residence|constant", one, re.IGNORECASE)
    ] == []


def test_years_that_follow_one_another_are_one_span() -> None:
    from sozialraum.web.desk.deliveries.views import _spans

    assert _spans(["2015", "2016", "2017", "2019", "2020"], "de") == "2015 bis 2017, 2019, 2020"
    assert _spans(["2020-06", "2020-12"], "en") == "2020-06, 2020-12"
    assert _spans([], "de") == ""
