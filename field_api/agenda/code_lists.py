"""What people call the codes of appointments."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "appointments.purpose",
        {
            "prospecting": Label("Prospecting", "Prospection"),
            "follow_up": Label("Follow-up", "Suivi"),
            "offer": Label("Offer to present", "Offre à présenter"),
            "delivery": Label("Delivery", "Livraison"),
            "complaint": Label("Complaint", "Réclamation"),
            "courtesy": Label("Courtesy visit", "Visite de courtoisie"),
            "other": Label("Something else", "Autre"),
        },
    ),
    CodeList(
        "appointments.status",
        {
            "tentative": Label("To be confirmed", "À confirmer"),
            "confirmed": Label("Confirmed", "Confirmé"),
            "cancelled": Label("Called off", "Annulé"),
        },
    ),
    CodeList(
        "appointments.privacy",
        {
            "public": Label("Seen by one's manager", "Visible par le responsable"),
            "private": Label("Private", "Privé"),
            "confidential": Label("Confidential", "Confidentiel"),
        },
    ),
    CodeList(
        "appointments.outcomes.outcome",
        {
            "met": Label("Met", "Rencontré"),
            "ordered": Label("Ordered", "Commande prise"),
            "absent": Label("Was not there", "Absent"),
            "postponed": Label("Postponed", "Reporté"),
            "declined": Label("Not interested", "Pas intéressé"),
        },
    ),
)
