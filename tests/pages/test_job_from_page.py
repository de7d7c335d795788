"""One real job from the page, with a supervisor and a worker, until its data set is listed."""

import time

from nmr_core.jobs import api


def test_a_small_data_set_from_click_to_list(one_worker, data_folder, open_page):
    app = open_page("data_sets")
    app.number_input(key="new-n").set_value(20)
    app.number_input(key="new-side-ml4sci_2020_secular").set_value(4)
    app.number_input(key="new-tau-ml4sci_2020_secular").set_value(5.0)
    app.text_input(key="new-title").set_value("From the page").run()
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    until = time.monotonic() + 30
    while api.get(job.id).live and time.monotonic() < until:
        time.sleep(0.3)
        app.run()
        assert not app.exception
    assert api.get(job.id).status == "done", api.log_tail(job.id)
    app.run()
    table = app.dataframe[0].value.set_index("id")
    assert table.loc[job.params["dataset"], ["title", "echoes", "complete"]].tolist() == [
        "From the page",
        20,
        1.0,
    ]
    app.selectbox(key="dataset").select(job.params["dataset"]).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    assert any("done in" in text.value for text in app.markdown)
