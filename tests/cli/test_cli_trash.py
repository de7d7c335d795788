"""``trash``: list and restore what was deleted."""

from nmr_core import load_run
from nmr_core.evaluation import delete_run


def test_a_deleted_run_is_listed_and_restored(cli, refused, data_folder):
    load_run("example-ridge").save(data_folder / "runs" / "run-own")
    assert cli("trash").out.splitlines() == ["kind  id  title  deleted  kept until"]
    delete_run("run-own")
    (entry,) = cli("trash", "--json").json
    assert (entry["kind"], entry["id"]) == ("run", "run-own")
    assert "run-own" in cli("trash").out
    assert cli("trash", "--restore", "run", "run-own").code == 0
    assert load_run("run-own").id
    assert "no deleted run 'run-own'" in refused(2, "trash", "--restore", "run", "run-own")
