"""What do we do, and when?"""

from ui.path import cheat_sheet, view
from ui.shared import boot, pages

boot.guard(__file__)
pages.title("What do we do in the workshop, and when?")
view.agenda_view()
cheat_sheet.button()
