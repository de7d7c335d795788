"""The HTML report: one file, nothing from the network, no text of a user that becomes markup."""

import json
from html.parser import HTMLParser

import pytest
from made_runs import classifier, regression

from nmr_core import load_run
from nmr_core.errors import InputError
from nmr_core.plots.report import report_html

NASTY = '</script><script>alert(1)</script><img src=x onerror=alert(2)> & "quoted"'


class Page(HTMLParser):
    """Tags, what they point to, and the text between them without scripts and styles."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.links, self.places, self.scripts = [], [], [], []
        self.policy = self.words = self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag
        given = dict(attrs)
        self.links += [
            given[name] for name in ("src", "href", "action", "data", "poster") if name in given
        ]
        self.links += [name for name in given if name.startswith("on")]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        self.places += [given["data-of"]] if "data-of" in given else []
        if tag == "script":
            self.scripts.append((given.get("type", ""), ""))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = kind, text + data
        elif self.inside != "style":
            self.words += data

    @property
    def figures(self) -> list[dict]:
        return [json.loads(text) for kind, text in self.scripts if kind == "application/json"]


@pytest.fixture(scope="module")
def report() -> Page:
    return Page(report_html([load_run("example-mlp"), load_run("example-mean"), classifier()]))


def test_nothing_is_loaded_from_anywhere(report):
    assert report.links == []
    assert report.policy.startswith("default-src 'none'")
    assert "http" not in report.policy
    assert not {"link", "iframe", "img", "base", "object", "embed"} & set(report.tags)


def test_plotly_is_in_it_once(report):
    large = [text for _, text in report.scripts if len(text) > 1_000_000]
    assert len(large) == 1
    assert "plotly" in large[0][:3000].lower()


def test_every_place_has_its_figure(report):
    assert report.tags.count("details") == 3
    # Leaderboards and F1; parity, residuals; the network's training; confusion
    boards, per_run = (3, 2 * (4 + 4) + 1 + 1)
    assert len(report.figures) == boards + per_run
    assert report.places == [f"figure-{k}" for k in range(boards + per_run)]


def test_the_words_are_those_of_the_scores(report):
    run = load_run("example-mlp")
    assert f"{run.scores.loc['alpha', 'r2']:.3f}" in report.words
    assert f"{run.weighted_error(identifiable_only=True)[0]:.4f}" in report.words
    for text in (
        "ξ cancels",
        "seed 2020",
        "python -m nmr_core train example-ml4sci-2020",
        "nmr.train(",
        "VisEcho, complex CNN",
        "numpy",
        "Baseline (mean predictor) on polynomials",
        "Kernels by hand",
        "training echoes",
        "model: learning rate",
        "Re M → -Re M",
        "Hahn echo",
    ):
        assert text in report.words
    assert "featurizer_options" not in report.words
    assert "model options" not in report.words


def test_texts_of_users_are_text():
    target = {"label": NASTY, "symbol": NASTY, "unit": "", "low": 0.0, "high": 0.2}
    runs = [
        regression(
            title=NASTY,
            dataset_title=NASTY,
            unidentifiable={"xi": NASTY},
            featurizer_options={NASTY: NASTY},
            targets={"alpha": target, "xi": target},
        ),
        classifier(title=NASTY),
    ]
    page = Page(report_html(runs, title=NASTY))
    assert page.links == []
    assert "img" not in page.tags
    assert page.tags.count("script") == 2 + len(page.figures)
    assert NASTY in page.words
    assert "<" not in page.figures[0]["data"][0]["text"][0]


def test_a_report_of_nothing_is_refused():
    with pytest.raises(InputError, match="at least one run"):
        report_html([])


def test_only_classifiers():
    page = Page(report_html([classifier()]))
    assert "weighted F1" in page.words
    assert "Σ MSE" not in page.words
