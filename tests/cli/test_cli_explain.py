"""``explain``: the result is stored, printed and machine-readable."""

import pytest

from nmr_core.evaluation.explain import load_explanation


def test_the_stored_result_is_printed(cli, data_folder):
    answer = cli(
        "explain",
        "example-ridge",
        "--part",
        "importance,sensitivity",
        "--repeats",
        2,
        "--curves",
        30,
        "--json",
    )
    assert answer.code == 0
    found = load_explanation("example-ridge")
    assert answer.json["path"] == str(data_folder / "explanations" / "example-ridge")
    groups = answer.json["importance"]["groups"]
    assert [group["name"] for group in groups] == list(found.importance.names)
    assert groups[7]["mean"] == pytest.approx(found.importance.mean[7].tolist(), rel=1e-5)
    assert answer.json["sensitivity"]["smooth"] is True
    assert "top_k" not in answer.json
    assert found.top_k is None


def test_as_text(cli):
    answer = cli("explain", "example-ridge", "--repeats", 1, "--curves", 20)
    assert answer.code == 0
    for text in (
        "alpha, shuffled",
        "sensitivity, step",
        "best features only, ranked by permutation of each feature",
        "drop of R²",
    ):
        assert text in answer.out
    assert "100 %" in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run-none",),
        ("example-ridge", "--part", "magic"),
        ("example-ridge", "--repeats", 0),
        ("example-ridge", "--part", ""),
        ("../x y",),
    ],
)
def test_wrong_use(refused, arguments):
    refused(2, "explain", *arguments)


def test_a_run_without_its_data_set(refused, runs):
    assert "is missing" in refused(1, "explain", "run-ridge")
