"""Administration of the server: people, sessions, jobs, disk, messages, record."""

from ui.administration import disk, jobs, overview, record, server
from ui.people import invitations, people, sessions_table
from ui.server import health, identity
from ui.shared import boot, inputs, pages

boot.guard(__file__)
team, own = identity.require_admin()
pages.title("Administration", link=False)
checks = health.checks(team.folder, team.config.ready)
overview.show(team, checks)
tabs = {
    "people": "People",
    "sessions": "Sessions",
    "jobs": "Jobs",
    "disk": "Disk",
    "server": "Server",
    "record": "Record",
}
tab = inputs.tabs(tabs, "administration", link="tab", brief=True)
if tab == "people":
    people.show(team, own)
    invitations.show(team)
elif tab == "sessions":
    sessions_table.show(team, own)
elif tab == "jobs":
    jobs.show()
elif tab == "disk":
    disk.show()
elif tab == "server":
    server.show(team, checks)
else:
    record.show(team, own)
