"""Spin Echo Lab. ``streamlit run`` imports this file once, for the server; then it runs it as the
router of every visit. Each page is a script in pages/; ui.shared.pages lists them.
"""

import streamlit as st

if __name__ == "__main__":
    from nmr_core import __version__
    from ui.shared import account, banner, boot, help, pages, running_now, space_chooser
    from ui.workshop import look_here

    page = pages.navigation()
    boot.start()
    with st.sidebar:
        account.show()
        space_chooser.show()
        look_here.button()
        jobs = st.container()
        help.link()
        st.caption(f"Spin Echo Lab {__version__}")
    banner.show()
    with running_now.drawn_last(jobs):
        boot.run(page)
else:
    from ui.server import surroundings

    app = st.App(__file__, **surroundings())
