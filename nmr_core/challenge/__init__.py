"""Challenges: curves whose parameters are hidden, submissions, and boards.

templates.py   what is predicted from which curves: 2020, kernels, repair, error_bars
making.py      curves from a secret seed, a training set, reference models
secret.py      truth, split and seed: they never leave the server's own store
challenge.py   what everyone may know of a challenge; its folder
curves.py      test curves, the CSV template, predictions of a run
reading.py     a submitted file -> an answer, or one sentence why not
metrics.py     scores with bootstrap samples of the test curves
submitting.py  an answer is scored: tries, pauses, and the Ladder
ranking.py     the board; attempts.py: own history
teams.py       people who submit together
changing.py    freeze, extend, hide, close, delete: what organisers do
exporting.py   everything as a zip file
forgetting.py  addresses and notes of people who leave
client.py      submit to a server from Python
handing_out.py the training set, copied to participants

On disk, in the server's data folder:

    challenges/<id>/challenge.json  public/curves.npz  secret/truth.npz  challenge.sqlite3
"""

from importlib import import_module

_MODULES = {
    "attempts": ("Attempt", "Standing", "choose", "history", "newest_times", "standing"),
    "ranking": ("Board", "Row", "board"),
    "challenge": ("Challenge", "Target", "list_challenges", "load"),
    "changing": (
        "close",
        "delete",
        "extend",
        "freeze",
        "hide",
        "move",
        "reopen",
        "rescore",
        "set_tries",
        "unfreeze",
    ),
    "curves": ("TestSignals", "predict_for", "template_csv", "test_signals"),
    "exporting": ("export",),
    "making": ("create", "job_params"),
    "submitting": ("Participant", "Receipt", "submit"),
    "teams": ("Team", "join_team", "leave_team", "make_team", "members", "team_of"),
    "templates": ("TEMPLATES", "Template"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
