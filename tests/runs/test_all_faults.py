"""Every fault of a file is told at once, in its place: methods of protection on plain files, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from tests.runs.town import CELLS, call

DIMENSIONS = ["--dimension", "block < quarter", "--dimension", "sex"]
WRONG = """block,quarter,sex,n
01,Q1,f,-1
01,Q2,m,9
02,Q1,,7
02,,m,8
03,Q2,f,6.5
03,Q2,f,12
Insgesamt,Q2,m,40
Q2,Q2,m,
04,Q2,m,1.000
05,Q2,m,6,5
05,Q2
"""
TOLD = [
    "Zeile 2, Spalte „n“, Wert „-1“: eine Anzahl kann nicht negativ sein.",
    "Zeile 3, Spalte „quarter“: „01“ in „block“ gehört zu zwei Schlüsseln von „quarter“: „Q1“ (Zeile 2) und „Q2“.",
    "Zeile 4, Spalte „sex“: der Schlüssel ist leer: Die Gliederung hat eine Lücke.",
    "Zeile 5, Spalte „quarter“: der Schlüssel ist leer: Die Gliederung hat eine Lücke.",
    "Zeile 6, Spalte „n“, Wert „6.5“: eine Anzahl muss eine ganze Zahl",
    "Zeile 7: diese Zelle steht schon in Zeile 6.",
    "Zeile 8, Spalte „block“, Wert „Insgesamt“: so heißt eine Summe über alles",
    "Zeile 9, Spalte „block“, Wert „Q2“: der Schlüssel steht auch in „quarter“ (Zeile 6) und meint dort etwas anderes.",
    "Zeile 9, Spalte „n“: die Anzahl fehlt.",
    "Zeile 10, Spalte „n“, Wert „1.000“: heißt das 1, oder ist der Punkt ein Tausenderzeichen?",
    "Zeile 11: 6 Felder statt 5.",
    "Zeile 12: 3 Felder statt 5.",
]
METHODS = {
    "protect": [],
    "perturb": ["--key", "key"],
    "round --way small": [],
    "round --way controlled": [],
    "round --way random": ["--key", "key"],
    "choose": [],
}


def write(folder: Path, text: str) -> Path:
    path = folder / "cells.csv"
    path.write_text(text, encoding="utf-8")
    return path


def said(done: Result, wanted: list[str], file: str = "cells.csv") -> None:
    """Exactly these faults are told, each on a line that begins so."""
    found = done.stderr.splitlines()
    assert len(found) == len(wanted), done.stderr
    assert [one[: len(file) + 2 + len(part)] for one, part in zip(found, wanted, strict=True)] == [
        f"{file}, {part}" for part in wanted
    ]


@pytest.mark.parametrize("method", METHODS)
def test_counts_codes_and_hierarchies_are_told_together(method: str, tmp_path: Path) -> None:
    head, *lines = WRONG.splitlines()
    cells = write(tmp_path, "\n".join([f"{head},key", *(f"{one},0.5" for one in lines)]))
    done = call(
        *method.split(),
        cells,
        "--count",
        "n",
        *DIMENSIONS,
        *METHODS[method],
        "--out",
        tmp_path / "o.csv",
        language="de",
    )
    assert done.exit_code == 3
    said(done, TOLD)
    assert [one.name for one in tmp_path.iterdir()] == ["cells.csv"]


def test_record_keys_and_columns_that_are_missing_are_told_with_the_rest(tmp_path: Path) -> None:
    cells = write(tmp_path, "block,sex,n,key\n01,f,-1,2\n01,,9,0.5\n")
    done = call("perturb", cells, "--count", "n", *DIMENSIONS, "--key", "key", "--out", tmp_path / "o.csv")
    found = done.stderr.splitlines()
    assert [one.partition(": ")[0] for one in found] == [
        "cells.csv",
        "cells.csv, row 2, column 'key'",
        "cells.csv, row 2, column 'n', value '-1'",
        "cells.csv, row 3, column 'sex'",
    ]
    assert "column 'quarter' is missing; found: 'block', 'sex', 'n', 'key'." in found[0]


def test_ids_and_codes_of_persons_are_told_together(tmp_path: Path) -> None:
    cells = write(tmp_path, "id,block,quarter,sex\na,01,Q1,f\n,01,Q2,m\nb,02,Q1,\na,02,Q1,m\n")
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef", encoding="utf-8")
    done = call("perturb", cells, "--id", "id", *DIMENSIONS, "--secret", secret, "--out", tmp_path / "o.csv")
    said(
        done,
        [
            "row 3, column 'quarter': '01' of 'block' belongs to two codes of 'quarter': 'Q1' (line 2) and 'Q2'.",
            "row 3, column 'id': the id of this person is empty.",
            "row 4, column 'sex': the code is empty: the hierarchy has a gap.",
            "row 5, column 'id': this person stands already in line 2.",
        ],
    )


def test_units_weights_and_codes_are_told_together(tmp_path: Path) -> None:
    cells = write(tmp_path, "block,quarter,sex,n,homes\n01,Q1,f,4,0\n01,Q2,m,-9,3\n02,Q1,f,7,-1\n")
    done = call("protect", cells, "--count", "n", *DIMENSIONS, "--unit", "homes=3", "--out", tmp_path / "o.csv")
    said(
        done,
        [
            "row 2, column 'homes', value '0': the number of units does not fit the count beside it.",
            "row 3, column 'quarter': '01' of 'block' belongs to two codes of 'quarter': 'Q1' (line 2) and 'Q2'.",
            "row 3, column 'n', value '-9': a count cannot be negative.",
            "row 4, column 'homes', value '-1': a count cannot be negative.",
        ],
    )
    cells = write(tmp_path, "block,quarter,sex,turnover,firm,w\n01,Q1,f,4,,1\n01,Q2,m,x,b,0\n02,Q1,f,7,c,no\n")
    amounts = ["--amount", "turnover", "--contributor", "firm", "--dominance", "1,80", "--sampling-weight", "w"]
    done = call("protect", cells, *DIMENSIONS, *amounts, "--out", tmp_path / "o.csv")
    said(
        done,
        [
            "row 2, column 'firm': the key is empty.",
            "row 3, column 'quarter': '01' of 'block' belongs to two codes of 'quarter': 'Q1' (line 2) and 'Q2'.",
            "row 3, column 'turnover', value 'x': this is no number.",
            "row 3, column 'w': a contributor has one sampling weight, above 0, in all its lines.",
            "row 4, column 'w', value 'no': this is no number.",
        ],
    )


def test_a_sum_under_its_own_name_alone_in_a_coarser_column_is_a_level(tmp_path: Path) -> None:
    lines = CELLS.replace("quarter", "quarter,city").replace(",Q1,", ",Q1,Insgesamt,").replace(",Q2,", ",Q2,Insgesamt,")
    city = ["--dimension", "block < quarter < city", "--dimension", "sex"]
    out = tmp_path / "o.csv"
    assert call("protect", write(tmp_path, lines), "--count", "n", *city, "--out", out).exit_code == 0
    assert "\nInsgesamt,Total,48,ok\n" in out.read_text(encoding="utf-8")


WITH_SUMS = CELLS + "Stadt,Stadt,f,27\nStadt,Stadt,m,46\nRest,Q1,f,8\nRest,Q1,m,17\n"


@pytest.mark.parametrize("method", METHODS)
def test_lines_of_sums_under_any_name_are_doubted(method: str, tmp_path: Path) -> None:
    """A sum over all, and one over the blocks of a quarter."""
    head, *lines = WITH_SUMS.splitlines()
    cells = write(tmp_path, "\n".join([f"{head},key", *(f"{one},0.5" for one in lines)]))
    done = call(*method.split(), cells, "--count", "n", *DIMENSIONS, *METHODS[method], "--out", tmp_path / "o.csv")
    assert done.exit_code == 0
    assert [one for one in done.stderr.splitlines() if one.startswith("Warning: cells.csv")] == [
        f"Warning: cells.csv, row {row}, column 'block', value '{code}': this code holds in every combination as many as all "
        f"others of '{above}' together. With lines of sums among the cells everybody counts twice, and hidden counts can be "
        "computed. If it is their sum, leave its lines out; levels are written as columns."
        for row, code, above in ((10, "Stadt", "Total"), (12, "Rest", "Q1"))
    ]


def test_a_town_without_sums_is_not_doubted(tmp_path: Path) -> None:
    done = call("protect", write(tmp_path, CELLS), "--count", "n", *DIMENSIONS, "--out", tmp_path / "o.csv")
    assert "Warning" not in done.stderr


def test_why_a_method_has_no_answer_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    cells = write(tmp_path, "block,quarter,sex,n\n01,Q1,f,1\n02,Q1,f,1\n")
    done = call("choose", cells, "--count", "n", *DIMENSIONS, "--out", tmp_path / "o.csv", language="de")
    assert "protect hat keine Antwort: sensible Zellen an der Spitze von „block“" in done.stderr


def test_every_sum_that_gives_itself_away_is_named(tmp_path: Path) -> None:
    """All are one person each, and sums over the whole city stay published: nothing that is hidden helps."""
    cells = write(tmp_path, "block,quarter,sex,n\n01,Q1,f,1\n02,Q1,m,2\n03,Q2,x,9\n")
    done = call("protect", cells, "--count", "n", *DIMENSIONS, "--out", tmp_path / "o.csv", language="de")
    assert done.exit_code == 4
    assert done.stderr.startswith(
        "sensible Zellen an der Spitze von „block“, wo alles veröffentlicht bleibt: 2, und zwar „Total / f“, „Total / m“. "
    )
    assert [one.name for one in tmp_path.iterdir()] == ["cells.csv"]


@pytest.mark.parametrize("method", METHODS)
def test_a_column_of_ids_as_dimension_is_too_large(method: str, tmp_path: Path) -> None:
    lines = [f"{row},{row % 977},{row % 7},0.5" for row in range(21_000)]
    cells, ids = write(tmp_path, "\n".join(["id,x,n,key", *lines])), ["--dimension", "id", "--dimension", "x"]
    done = call(*method.split(), cells, "--count", "n", *ids, *METHODS[method], "--out", tmp_path / "o.csv")
    assert done.exit_code == 4
    assert done.stderr == (
        "The table of all levels would be too large: 20538978 cells, made of codes by dimension: id 21001, x 978. Name "
        "columns with fewer codes; a column of ids is no dimension.\n"
    )


def test_where_the_proof_goes_is_checked_by_its_own_name(tmp_path: Path) -> None:
    cells, out = write(tmp_path, CELLS), tmp_path / "o.csv"
    for proof, told in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "p.json", "for --certificates does not exist"),
        (cells, "--certificates is the input file itself"),
        (tmp_path / "." / "o.csv", "--out and --certificates name the same file"),
    ):
        done = call("protect", cells, "--count", "n", *DIMENSIONS, "--out", out, "--certificates", proof)
        assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["cells.csv"]


class TestVerify:
    """A table, its cells and its certificates: what is wrong with each is told together, with its file and line."""

    @pytest.fixture
    def proved(self, tmp_path: Path) -> Path:
        cells, out, proof = write(tmp_path, CELLS), tmp_path / "table.csv", tmp_path / "proof.json"
        call("protect", cells, "--count", "n", *DIMENSIONS, "--out", out, "--certificates", proof)
        return out

    def changed(self, table: Path, *changes: tuple[str, str]) -> Result:
        text = table.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        table.write_text(text, encoding="utf-8")
        return self.verified(table)

    def verified(self, table: Path) -> Result:
        proof = table.with_name("proof.json")
        return call("verify", table, "--cells", table.with_name("cells.csv"), "--certificates", proof)

    def test_unknown_codes_do_not_hide_wrong_counts(self, proved: Path) -> None:
        wrong = [("Total,Total,48", "Total,Total,-48"), ("Q1,Total,25", "Q1,Total,25.5"), ("Q2,Total", "Q3,total")]
        done = self.changed(proved, *wrong)
        assert done.exit_code == 4
        lines = proved.read_text(encoding="utf-8").splitlines()
        first, second, third = (
            1 + lines.index(one) for one in ("Total,Total,-48,ok", "Q1,Total,25.5,ok", "Q3,total,23,ok")
        )
        assert done.stderr.splitlines() == [
            "table.csv: combinations of codes that are missing: 1, first Q2 / Total.",
            f"table.csv, row {first}, column 'n', value '-48': a published count must be a whole number from 0.",
            f"table.csv, row {second}, column 'n', value '25.5': a published count must be a whole number from 0.",
            f"table.csv, row {third}, column 'block': the code 'Q3' does not occur in the cells.",
            f"table.csv, row {third}, column 'sex': the code 'total' does not occur in the cells.",
        ]

    def test_empty_lines_above_do_not_shift_the_place(self, proved: Path) -> None:
        done = self.changed(
            proved, ("block,sex,n,flag\n", "block,sex,n,flag\n\n\n"), ("Total,Total,48", "Total,Total,47")
        )
        assert done.stderr == "table.csv, row 4, column 'n': the published count is not the sum of the cells.\n"

    def test_a_line_twice_names_the_first(self, proved: Path) -> None:
        done = self.changed(proved, ("Total,Total,48,ok\n", "Total,Total,48,ok\nTotal,Total,48,ok\n"))
        assert done.stderr == "table.csv, row 3: this combination of codes stands already in line 2.\n"

    def test_every_wrong_line_is_told(self, tmp_path: Path) -> None:
        lines = [f"{block:02},Q{block // 20},f,{10 + block}" for block in range(40)]
        cells = write(tmp_path, "\n".join(["block,quarter,sex,n", *lines]) + "\n")
        out, proof = tmp_path / "table.csv", tmp_path / "proof.json"
        call("protect", cells, "--count", "n", *DIMENSIONS, "--out", out, "--certificates", proof)
        done = self.changed(out, (",ok", ",oh"))
        assert len(done.stderr.splitlines()) == len(out.read_text(encoding="utf-8").splitlines()) - 1 > 80

    def test_certificates_are_named_by_their_file(self, proved: Path) -> None:
        proof = proved.with_name("proof.json")
        proof.write_text(proof.read_text(encoding="utf-8").replace('"01"', '"99"'), encoding="utf-8")
        done = self.verified(proved)
        assert done.stderr.startswith("proof.json: certificate 1 names unknown codes")

    def test_faults_of_table_and_cells_are_told_together(self, proved: Path) -> None:
        write(proved.parent, CELLS.replace("f,1", "f,-1").replace("02,Q1,m", "02,Q2,m"))
        done = self.changed(proved, ("Total,Total,48,ok", "Total,Total,48"))
        assert done.exit_code == 3
        assert done.stderr.splitlines() == [
            "table.csv, row 2: 3 cells instead of 4. Check separators and quotes in this line.",
            "cells.csv, row 2, column 'n', value '-1': a count cannot be negative. Correct the count.",
            "cells.csv, row 5, column 'quarter': '02' of 'block' belongs to two codes of 'quarter': 'Q1' (line 4) and 'Q2'. "
            "Give every code one parent; a second geography is a second --dimension.",
        ]
