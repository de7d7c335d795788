"""Hooks of MkDocs: the glossary and the pages of benchmarks/ become part of the site."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
RESULTS = "benchmarks/results"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the glossary, benchmarks/README.md and the files of benchmarks/results."""
    files.append(File.generated(config, "glossary.md", content=_glossary()))
    for file in (ROOT / "benchmarks" / "README.md", *sorted((ROOT / RESULTS).iterdir())):
        place = file.relative_to(ROOT).as_posix()
        files.append(File.generated(config, place, abs_src_path=str(file)))
    return files


def _glossary() -> str:
    """The glossary of this checkout, not of an installed package."""
    sys.path.insert(0, str(ROOT))
    from nmr_core.glossary.page import glossary_page

    return glossary_page()


def on_post_build(config: MkDocsConfig) -> None:
    """Remove what only developers of the theme and readers of other languages need."""
    site = Path(config.site_dir)
    for file in (*site.rglob("*.map"), *site.rglob("lunr/min/lunr.*.js"), *site.glob("sitemap*")):
        file.unlink()


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links that leave docs/ to the place of the same file in the site."""
    return markdown.replace("](../benchmarks/", "](benchmarks/")
