"""``agenda``: the path with its notes, as JSON, and the cheat sheet."""

import shlex

import pytest

from nmr_core.cli import parser


def test_the_steps_are_printed_with_their_times(cli):
    out = cli("agenda").out
    assert out.startswith("0:00  Join the room, 5 min  [room]\n")
    assert "[labs overfit]" in out
    assert "      - " not in out
    assert "      - Split first" in cli("agenda", "half-day", "--notes").out


def test_programs_get_them_as_json(cli, refused):
    steps = cli("agenda", "half-day", "--json").json
    assert [step["start"] for step in steps[:2]] == [0, steps[0]["minutes"]]
    assert "one of 90-minutes" in refused(2, "agenda", "forever")


def test_the_cheat_sheet_is_a_file_and_its_commands_parse(cli, tmp_path):
    pytest.importorskip("reportlab")
    from nmr_core.workshop.cheat_sheet import COMMANDS

    file = tmp_path / "sheet.pdf"
    assert cli("agenda", "--cheat-sheet", str(file), "--link", "http://x/r/ABCD2345").code == 0
    assert file.read_bytes().startswith(b"%PDF")
    for command in COMMANDS:
        assert callable(parser.parser().parse_args(shlex.split(command)[1:]).run)
