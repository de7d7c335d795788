"""Which echoes do we have, and what do they look like?"""

import streamlit as st

from nmr_core.datasets import list_datasets
from ui.data_sets import actions, catalogue, explore, import_form, new_dataset, trash_list
from ui.shared import boot, compute, gone, inputs

boot.guard(__file__)

st.title("Which echoes do we have?")

with st.expander("New data set", icon=":material/add:", expanded=True):
    new_dataset.form()
with st.expander(
    "Import curves", icon=":material/upload_file:", key="import", on_change="rerun"
) as importing:
    if importing.open:
        import_form.form()

actions.show_problem()
entries = list_datasets()
catalogue.table(entries)
catalogue.unfinished(entries)
trash_list.trash_list()

usable = {entry.id: entry for entry in entries if entry.usable}
new_dataset.open_finished(usable)
chosen = inputs.pick(
    "Look at",
    {i: f"{e.manifest.title} · {i}" for i, e in usable.items()},
    "dataset",
    noun="data set",
)
if chosen is None:
    gone.notice("data set", "dataset")
    st.stop()
created = usable[chosen].manifest.created
explore.views(chosen, created)
actions.actions(usable[chosen], compute.dataset(chosen, created))
