"""Style of the button of a figure, for every page; imports nothing, so that pages open at once."""

STYLE = """<style>
[class*="st-key-figure-box-"] { position: relative; }
[class*="st-key-figure-menu-"] {
  position: absolute; right: 0; bottom: -0.4rem; width: auto !important; z-index: 2; opacity: 0.55;
}
[class*="st-key-figure-menu-"]:is(:hover, :focus-within) { opacity: 1; }
[class*="st-key-figure-menu-"] button { min-height: 1.75rem; padding: 0.1rem 0.3rem; }
[class*="st-key-figure-menu-"] button p {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
</style>"""
"""A small button at the lower right of each figure; its words are for readers of the screen."""
