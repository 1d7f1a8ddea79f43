"""Every link leads somewhere, the two READMEs say the same, every method has a page, and the site builds."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, blocks, links, prose

FROM_ROOT = {"glossary.md": "GLOSSARY.md", "changes.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}


def target(page: Path, link: str) -> Path:
    """The file a link means; three pages of the site come from the root of the repository."""
    path = unquote(link.partition("#")[0])
    file = (page.parent / path).resolve() if path else page
    return ROOT / FROM_ROOT[file.name] if file.parent == ROOT / "docs" and file.name in FROM_ROOT else file


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    own = [link for link in links(page) if "://" not in link and not link.startswith("mailto:")]
    lost = [link for link in own if not target(page, link).exists()]
    lost += [
        link
        for link in own
        if "#" in link and link not in lost and link.partition("#")[2] not in anchors(target(page, link))
    ]
    assert lost == []


def test_both_readmes_carry_the_same_commands_and_code() -> None:
    english, german = ROOT / "README.md", ROOT / "README.de.md"
    assert code_only(english) == code_only(german)
    assert prose(english).count("\n## ") == prose(german).count("\n## ")


def code_only(page: Path) -> list[str]:
    """What is typed, without the comments beside it."""
    lines = [line.split("  #")[0].rstrip() for code in blocks(page, "", "python", "toml") for line in code.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_every_analysis_is_explained_on_a_method_page() -> None:
    explained = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "methods").glob("*.md"))
    methods = list(analyses(ROOT / "src" / "sozialraum" / "analysis"))
    assert methods
    assert [name for name in methods if f"`{name}" not in explained and f"{name}(" not in explained] == []


def analyses(room: Path) -> Iterator[str]:
    """Public functions of the room and the rooms inside it that give figures back."""
    for path in sorted(room.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Figures":
                yield from [node.name] if not node.name.startswith("_") else []


def test_decisions_have_their_four_parts() -> None:
    parts = ("**Context.**", "**Choice.**", "**Alternatives.**", "**Look again**")
    lacking = [
        f"{page.name}: {part}"
        for page in (ROOT / "docs" / "decisions").glob("*.md")
        for part in parts
        if part not in page.read_text(encoding="utf-8")
    ]
    assert lacking == []


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "glossary.html").exists()
    assert "https://fonts." not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
