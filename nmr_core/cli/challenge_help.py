"""Texts of the help of ``challenge``."""

EXAMPLE = """example:
  python -m nmr_core challenge create 2020 --title "Echo course" --until 3h
  python -m nmr_core challenge create error_bars --preset ml4sci_2020 --train 2000
  python -m nmr_core challenge list
  python -m nmr_core challenge template ch-20261121-031502-5f3a -o answer.csv
  python -m nmr_core challenge submit ch-20261121-031502-5f3a answer.csv --name Zoe
  python -m nmr_core challenge submit ch-20261121-031502-5f3a --run run-20261121-031502-5f3a
  python -m nmr_core challenge submit https://echo.lab.org/challenge/ch-... answer.csv
  python -m nmr_core challenge board ch-20261121-031502-5f3a
  python -m nmr_core challenge extend ch-20261121-031502-5f3a 90min
  python -m nmr_core challenge close ch-20261121-031502-5f3a
  python -m nmr_core challenge export ch-20261121-031502-5f3a -o results.zip

Templates: 2020 (regression), kernels (classification), repair (half of the test curves corrupted),
error_bars (intervals). The test curves are made from a secret seed; it and the truth stand below
challenges/ of the data folder, which no participant of a server can read. The training set is an
ordinary data set of the workspace. A public score is shown where it is better than the team's best
by more than the standard error. To submit to a server, NMR_TOKEN holds the personal token of its
Challenge page."""
RULES = {
    "title": (str, "TITLE", "default: that of the template"),
    "train": (int, "N", "curves with truth (default: 1000)"),
    "public": (int, "N", "test curves of the public board (default: 300)"),
    "private": (int, "N", "test curves of the private result (default: 700)"),
    "metric": (str, "NAME", "weighted_mse, macro_f1, accuracy or interval_score"),
    "tries": (int, "N", "submissions per team (default: 20)"),
    "pause": (float, "SECONDS", "between two submissions of a team (default: 60)"),
    "team-size": (int, "N", "people per team, at most (default: 4)"),
    "hide": (float, "SECONDS", "before the end without a board (default: 0)"),
    "room": (str, "ID", "only for the people of this room"),
}
TEXTS = {
    "freeze": "let submissions wait",
    "unfreeze": "let people submit again",
    "hide": "hide the board from participants",
    "unhide": "show the board to participants",
    "extend": "move the end",
    "reopen": "open it again after it was closed without its private result",
}
