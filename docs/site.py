"""Orders the documentation: pages are found by their folder; glossary and changes come from the root."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

FOLDERS = {
    "Tutorial": "tutorial",
    "How to": "how-to",
    "Methods": "methods",
    "Design": "design",
    "Decisions": "decisions",
}
FROM_ROOT = {"glossary.md": "GLOSSARY.md", "changes.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
TO_DOCS = re.compile(r"\]\(docs/")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation: one entry a folder, in the order a reader needs them."""
    docs = Path(config.docs_dir)
    entries: list[str | dict[str, object]] = [{"Start": "index.md"}]
    for title, folder in FOLDERS.items():
        pages = pages_of(docs, folder)
        if pages:
            entries.append({title: pages})
    config.nav = [*entries, *FROM_ROOT]
    return config


def pages_of(docs: Path, folder: str) -> list[str]:
    """Pages of a folder, its overview first; a single page may stand for the folder."""
    found = sorted((docs / folder).glob("*.md"), key=lambda page: (page.stem != "index", page.name))
    single = docs / f"{folder}.md"
    return [page.relative_to(docs).as_posix() for page in ([single] if single.exists() else []) + found]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages that people look for at the root of the repository, in the site too."""
    from mkdocs.structure.files import File

    root = Path(config.config_file_path).parent
    for page, source in FROM_ROOT.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=TO_DOCS.sub("](", text)))
    return files
