"""Which measurement is next: settings ranked within a budget of time, and proven by training."""

from ui.design import view
from ui.shared import boot, pages

boot.guard(__file__)

pages.title("Which measurement is next?")
view.view()
