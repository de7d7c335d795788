"""Which parameters can be estimated from an echo, before any model is trained."""

from ui.identify import cards, form, results, views
from ui.shared import boot, job_card, pages

boot.guard(__file__)

pages.title("Which parameters can be identified?")
question = form.read_question()
result = results.identification(question)
if result:
    cards.cards(result)
else:
    cards.ask(question)
job_card.cards("identify", limit=2)
views.views(question, result)
