"""Which echoes do we have, and what do they look like?"""

import streamlit as st

from ui.data_sets import actions, catalogue, explore, import_form, new_dataset, unfinished
from ui.shared import address, boot, compute, gone, inputs, lists, pages, things, trash_list

boot.guard(__file__)

pages.title("Which echoes do we have?")

with st.expander("New data set", icon=":material/add:", expanded=True):
    new_dataset.form()
if "import" not in st.session_state and address.remembered("import"):
    inputs.assign("import", True)  # a file has been chosen there
with st.expander(
    "Import curves", icon=":material/upload_file:", key="import", on_change="rerun"
) as importing:
    if importing.open:
        import_form.form()

actions.show_problem()
entries = lists.datasets()
usable = {entry.id: entry for entry in entries if entry.usable}
shown = {entry.id: entry for entry in entries if unfinished.can_be_opened(entry)}
labels = {id: unfinished.label(entry) for id, entry in shown.items()}
inputs.follow_labels(labels, "dataset")
new_dataset.open_finished(usable)
first = list(shown).index(next(iter(usable)))
catalogue.table(entries, shown, first)
unfinished.cards(entries)
trash_list.section()

chosen = things.one(
    "Look at",
    labels,
    "dataset",
    noun="data set",
    index=first,
)
if chosen is None:
    gone.notice("data set", "dataset")
    boot.stop()
trash_list.undo("dataset", key="dataset")
entry, version = shown[chosen], unfinished.version(shown[chosen])
explore.views(chosen, version)
if entry.usable:
    actions.actions(entry, compute.dataset(chosen, version))
