"""Official indices rebuilt from the publishers' files through `run index`."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sozialraum.analysis import comparison, composite, index_definition
from sozialraum.figures import CORE, Description, Figures
from sozialraum.runs import METHODS

BERLIN = {2013: ("mss-berlin-2013", 434), 2017: ("mss-berlin-2013", 436), 2019: ("mss-berlin-2019", 436)}


def index(source: Path, definition: str, folder: Path) -> pd.DataFrame:
    METHODS["index"].run(str(source), str(folder / "index.csv"), {"definition": definition})
    return pd.read_csv(folder / "index.csv", dtype={"area": str, "excluded": str}, keep_default_na=True)


def plain(published: pd.DataFrame, path: Path) -> Path:
    """The publisher's table under the plain names of the contract."""
    rates = [name for name in published if name[0] in "sd" and name[1].isdigit() and "_percentage_" in name]
    table = published[["PLR_ID", "inhabitants", *rates]]
    table.set_axis(["area", "residents", *(name[:2] for name in rates)], axis=1).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("year", BERLIN)
def test_berlin_is_rebuilt_area_for_area(year: int, real_data: Path, tmp_path: Path) -> None:
    definition, areas = BERLIN[year]
    published = pd.read_csv(real_data / f"berlin-mss/mss_{year}_plr.csv", dtype={"PLR_ID": str})
    ours = index(plain(published, tmp_path / "table.csv"), definition, tmp_path)
    assert len(ours) == areas
    assert ours["area"].tolist() == published["PLR_ID"].tolist()
    assert (ours["status_class"] != published["status_index_class"]).sum() == 0
    assert (ours["dynamic_class"] != published["dynamic_index_class"]).sum() == 0
    for column in [name for name in published if name.startswith("z_s")] + ["z_d1"]:
        assert np.abs(ours[column] - published[column]).max() < 1.1e-5
    if year != 2019:
        assert np.abs(ours["status_index"] - published["status_index_score"]).max() < 1.1e-5


def test_publishers_own_headings_are_accepted(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "berlin-mss/mss_2019_plr.csv"
    direct = index(source, "mss-berlin-2019", tmp_path)
    renamed = index(plain(pd.read_csv(source, dtype={"PLR_ID": str}), tmp_path / "t.csv"), "mss-berlin-2019", tmp_path)
    pd.testing.assert_frame_equal(direct, renamed)


def test_unpublished_editions_of_berlin_run(real_data: Path, tmp_path: Path) -> None:
    ours = index(real_data / "berlin-mss/mss_2015_plr_inputs.csv", "mss-berlin-2013", tmp_path)
    assert len(ours) == 435
    assert ours["excluded"].isna().all()
    inputs = pd.read_csv(real_data / "berlin-mss/mss_2021_plr_inputs.csv", dtype={"PLR_ID": str}).replace(-9999, np.nan)
    inputs.to_csv(tmp_path / "2021.csv", index=False)
    ours = index(tmp_path / "2021.csv", "mss-berlin-2019", tmp_path)
    assert (len(ours), ours["excluded"].isna().sum()) == (542, 536)
    assert ours.loc[ours["area"] == "10100205", "excluded"].item() == "named_exception"
    assert ours["excluded"].value_counts().to_dict() == {"below_minimum": 4, "missing_value": 1, "named_exception": 1}


def test_wales_fits_within_rounding(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "uk-deprivation-indices/wales_wimd2019_domain_and_overall_scores.csv"
    apart = (index(source, "wimd-wales-2019", tmp_path)["overall_index"] - pd.read_csv(source)["WIMD 2019"]).abs()
    assert round(apart.max(), 2) == 0.07


def test_northern_ireland_is_close(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "uk-deprivation-indices/northern_ireland_nimdm2017_indicators_domains_overall.csv"
    apart = (
        index(source, "nimdm-northern-ireland-2017", tmp_path)["overall_rank"] - pd.read_csv(source)["MDM_rank"]
    ).abs()
    assert (apart == 0).mean() >= 0.84
    assert apart.max() <= 5


def test_england_runs_and_its_worst_area_has_the_published_score(real_data: Path, tmp_path: Path) -> None:
    with gzip.open(real_data / "uk-deprivation-indices/england_imd2019_domain_ranks.csv.gz") as packed:
        (tmp_path / "england.csv").open("wb").write(packed.read())
    ours = index(tmp_path / "england.csv", "imd-england-2019", tmp_path)
    worst = ours.loc[ours["overall_rank"] == 1]
    assert worst["area"].item() == "E01021988"
    assert worst["overall_index"].item() == pytest.approx(92.735, abs=0.0005)
    assert sorted(ours["overall_decile"].value_counts().unique()) == [3284, 3285]
    assert ours["overall_rank"].is_unique


def test_scotland_runs(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "uk-deprivation-indices/scotland_simd2020v2_domain_ranks.csv"
    ours = index(shutil.copy(source, tmp_path / "scotland.csv"), "simd-scotland-2020", tmp_path)
    assert len(ours) == 6976
    assert ours["overall_decile"].value_counts().between(697, 698).all()


def figures_of(folder: Path, *years: int) -> tuple[Figures, Figures]:
    """Rates of the publisher's tables and the residents, at the end of the year before each edition."""
    rates, residents = [], []
    for year in years:
        frame = pd.read_csv(folder / f"berlin-mss/mss_{year}_plr.csv", dtype={"PLR_ID": str})
        base = pd.DataFrame({"area": frame["PLR_ID"], "level": "planning_area", "vintage": "old", "flag": "ok"})
        base["period"] = str(year - 1)
        columns = [name for name in frame if name[0] in "sd" and "_percentage_" in name]
        rates += [base.assign(indicator=name[:2], value=frame[name].astype(float)) for name in columns]
        residents.append(base.assign(indicator="residents", value=frame["inhabitants"].astype(float)))
    return made(rates, "percent"), made(residents, "persons")


def made(parts: list[pd.DataFrame], unit: str) -> Figures:
    whole = pd.concat(parts).reindex(columns=CORE.names)
    described = tuple(Description(name, {"de": name}, unit=unit) for name in whole["indicator"].unique())
    return Figures(pa.Table.from_pandas(whole, CORE, preserve_index=False), described)


def test_figures_give_the_same_classes_and_say_how_sure_they_are(real_data: Path) -> None:
    rates, residents = figures_of(real_data, 2019)
    found = composite(rates, index_definition("mss-berlin-2019"), residents, draws=300)
    published = pd.read_csv(real_data / "berlin-mss/mss_2019_plr.csv", dtype={"PLR_ID": str}).sort_values("PLR_ID")
    status, dynamic = (found.select(f"mss-berlin-2019.{one}").to_pandas() for one in ("status", "dynamic"))
    assert status["class"].tolist() == published["status_index_class"].tolist()
    assert dynamic["class"].tolist() == published["dynamic_index_class"].tolist()
    assert status["class_probability"].mean() > dynamic["class_probability"].mean() > 0.9
    unsure = dynamic[dynamic["class"] != "stabil"]["class_probability"].mean()
    assert 0.75 < unsure < 0.9  # a dynamic class outside the middle is chance about once in six
    assert set(found.select("mss-berlin-2019.type").to_pandas()["attention"].value_counts()) == {42, 394}


def test_the_city_moved_while_its_classes_stood_still(real_data: Path) -> None:
    rates, residents = figures_of(real_data, 2017, 2019)
    found = comparison(rates, index_definition("mss-berlin-2019"), 2016, 2018, residents)
    status = found.select("mss-berlin-2019.status.moved").to_pandas()
    assert len(status) == 436
    assert (status["class"] != status["class_before"]).sum() == 37
    assert ((status["moved"] < 0).sum(), (status["moved"] > 0).sum()) == (119, 5)
