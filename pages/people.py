"""Who may use this server?"""

from ui.people import activity, invitations, people, sessions_table
from ui.server import identity
from ui.shared import boot, pages

boot.guard(__file__)
team, own = identity.require_admin()
pages.title("Who may use this server?", link=False)
people.show(team, own)
invitations.show(team, own)
sessions_table.show(team, own)
activity.show(team)
