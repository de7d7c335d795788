"""``trash``: list, restore and remove for good what was deleted or replaced."""

from nmr_core import load_run
from nmr_core.evaluation import delete_run

HEADER = ["kind", "id", "title", "owner", "deleted", "by", "kept", "until", "size", "key"]


def test_what_was_deleted_is_listed_restored_and_removed(cli, refused, data_folder):
    load_run("example-ridge").save(data_folder / "runs" / "run-own")
    assert cli("trash").out.split() == HEADER
    delete_run("run-own", by="ada")
    (entry,) = cli("trash", "--json").json
    assert (entry["kind"], entry["id"], entry["by"]) == ("run", "run-own", "ada")
    assert entry["size"] > 1000
    listed = cli("trash").out
    assert "run-own" in listed
    assert "ada" in listed
    assert cli("trash", "--restore", "run", "run-own").code == 0
    assert "run-own" in cli("list").out
    assert "no deleted run 'run-own'" in refused(2, "trash", "--restore", "run", "run-own")
    delete_run("run-own")
    assert "Removed 1 for good" in cli("trash", "--remove", "run", "run-own").out
    assert "no deleted run 'run-own'" in refused(2, "trash", "--remove", "run", "run-own")
    assert cli("trash", "--empty", "--json").json == {"removed": [], "freed": 0}
