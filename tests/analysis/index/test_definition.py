"""Definitions: what is shipped, and what is refused with the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.analysis import index_definition, index_definitions, read_definition
from sozialraum.analysis.index.definition import SHIPPED
from sozialraum.errors import CallError, InputError

IDS = [
    "imd-england-2019",
    "mss-berlin-2013",
    "mss-berlin-2019",
    "nimdm-northern-ireland-2017",
    "simd-scotland-2020",
    "wimd-wales-2019",
]


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Path:
    text = (SHIPPED / "mss-berlin-2019.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_definitions_and_their_columns() -> None:
    known = index_definitions()
    assert list(known) == IDS
    assert all(known[one].id == one for one in IDS)
    columns = {one: [each.id for each in known[one].indicators] for one in IDS}
    assert columns["mss-berlin-2013"] == ["s1", "s2", "s3", "s4", "d1", "d2", "d3", "d4"]
    assert columns["mss-berlin-2019"] == ["s1", "s3", "s4", "d1", "d3", "d4"]
    assert columns["imd-england-2019"] == ["income", "employment", "education", "health", "crime", "barriers", "living"]
    assert [one.id for one in known["imd-england-2019"].dimension] == ["overall"]


@pytest.mark.parametrize(("id_", "sum_"), [(IDS[0], 0.999), (IDS[3], 1.0), (IDS[4], 1.0), (IDS[5], 1.0)])
def test_weights_are_the_printed_ones(id_: str, sum_: float) -> None:
    assert sum(one.weight for one in index_definition(id_).indicators) == pytest.approx(sum_)


def test_every_text_stands_in_both_languages() -> None:
    for one in index_definitions().values():
        for texts in (one.title, one.editions, *(each.title for each in (*one.dimension, *one.indicators))):
            assert set(texts) == {"de", "en"}


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(CallError, match=r"Did you mean 'mss-berlin-2013'\?"):
        index_definition("mss-berlin-213")


def test_an_unknown_key_names_the_nearest_and_all_faults_come_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, ('standardise = "z"', 'standardize = "z"'), ('sd = "n" ', 'sd = "sample" '))
    with pytest.raises(InputError) as caught:
        read_definition(path)
    assert len(caught.value.faults) == 2
    assert "Did you mean 'standardise'?" in caught.value.say()
    assert "It must be one of: 'n', 'n-1'." in caught.value.say()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at_least = -1.0", "at_least = 3.0", "`above`, aufsteigend."),
        ('change_of = "s1"', 'change_of = "s9"', "Kennzahlen, die in dieser Definition fehlen: s9."),
        ('id = "s3"', 'id = "s1"', "jede Kennung einer Kennzahl steht nur einmal da."),
        ('status = "sehr niedrig"', 'status = "tief"', "In der Dimension „status“ gibt es keine Klasse „tief“."),
        ("edition_after = 1", 'edition_after = 1\nreference = "fixed"', "Streuung (sd) für: s1, s3, s4, total."),
    ],
)
def test_definitions_must_fit_together(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_definition(changed(tmp_path, (old, new)))
    assert raised.value.say("de").endswith(said)


def test_own_definitions_of_a_workspace_stand_behind_the_shipped_ones(tmp_path: Path) -> None:
    changed(tmp_path, ('id = "mss-berlin-2019"', 'id = "own"'))
    assert list(index_definitions(tmp_path)) == [*IDS, "own"]
    assert index_definition("own", tmp_path).id == "own"
    changed(tmp_path, ("edition_after = 1", "edition_after = 0"))
    with pytest.raises(InputError, match="'mss-berlin-2019' is already taken"):
        index_definitions(tmp_path)


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="no definition file"):
        index_definition(str(tmp_path / "none.toml"))


def test_the_definition_in_the_how_to_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/own-index.md").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    own = read_definition(tmp_path / "own.toml")
    assert [one.id for one in own.indicators] == ["child_poverty_u15", "daycare_rate"]


def test_the_how_to_names_every_key() -> None:
    from sozialraum.analysis.index.definition import Dimension, IndexDefinition, IndexIndicator

    page = (Path(__file__).parents[3] / "docs/how-to/own-index.md").read_text(encoding="utf-8")
    for model in (IndexDefinition, Dimension, IndexIndicator):
        assert [name for name in model.model_fields if name not in page] == []
