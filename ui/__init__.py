"""What the pages share, and the only other place that imports streamlit.

shared/ holds what several pages use: boot.py starts the process and guards the pages, inputs.py
makes widgets from Parameter specs, compute.py caches what pages show, job_card.py follows long
work, export.py offers downloads and snippets, state.py lists data sets and runs, palette.py picks
the colours, text.py quotes what users wrote. Each other folder holds the parts of one page.
"""
