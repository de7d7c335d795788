"""What was measured, which model fits it, and what may be quoted?"""

from ui.measurement import view
from ui.shared import boot, pages

boot.guard(__file__)

pages.title("What can be quoted from my measured echo?")
with boot.worded():
    view.view()
