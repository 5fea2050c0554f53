"""What people call the codes of appointments, in both collections that phones follow."""

from field_api.agenda.calendars import APPOINTMENTS, TEAM_APPOINTMENTS
from field_api.code_lists.lists import CodeList, Label

_LABELS = {
    "purpose": {
        "prospecting": Label("Prospecting", "Prospection"),
        "follow_up": Label("Follow-up", "Suivi"),
        "offer": Label("Offer to present", "Offre à présenter"),
        "delivery": Label("Delivery", "Livraison"),
        "complaint": Label("Complaint", "Réclamation"),
        "courtesy": Label("Courtesy visit", "Visite de courtoisie"),
        "other": Label("Something else", "Autre"),
    },
    "status": {
        "tentative": Label("To be confirmed", "À confirmer"),
        "confirmed": Label("Confirmed", "Confirmé"),
        "cancelled": Label("Called off", "Annulé"),
    },
    "privacy": {
        "public": Label("Seen by one's manager", "Visible par le responsable"),
        "private": Label("Private", "Privé"),
        "confidential": Label("Confidential", "Confidentiel"),
    },
    "outcomes.outcome": {
        "met": Label("Met", "Rencontré"),
        "ordered": Label("Ordered", "Commande prise"),
        "absent": Label("Was not there", "Absent"),
        "postponed": Label("Postponed", "Reporté"),
        "declined": Label("Not interested", "Pas intéressé"),
    },
}

CODE_LISTS = tuple(
    CodeList(f"{collection}.{field}", labels)
    for collection in (APPOINTMENTS, TEAM_APPOINTMENTS)
    for field, labels in _LABELS.items()
)
