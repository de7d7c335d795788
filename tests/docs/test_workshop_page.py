"""The organiser's page follows the agendas of the app."""

from pathlib import Path

from nmr_core.labs.agenda import agendas
from ui.shared import pages

PAGE = (Path(__file__).parents[2] / "docs" / "workshop.md").read_text(encoding="utf-8")


def test_the_path_of_the_page_is_that_of_the_app():
    titles = {name: title for name, (title, _) in pages.every().items()}
    for agenda in agendas().values():
        rows = [
            f"| {start // 60}:{start % 60:02d} | {step.title} | {step.minutes} "
            f"| {titles.get(step.page, '')} |"
            for start, step in zip(agenda.starts, agenda.steps, strict=True)
        ]
        assert "\n".join([f"| **{agenda.title}** | | | |", *rows]) in PAGE
