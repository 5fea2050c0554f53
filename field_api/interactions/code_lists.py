"""What people call the codes of the timeline's fields."""

from field_api.code_lists.lists import CodeList, Label

CHANNEL_LABELS = {
    "visit": Label("Visit", "Visite"),
    "call": Label("Call", "Appel"),
    "email": Label("E-mail", "E-mail"),
    "sms": Label("Text message", "SMS"),
    "chat": Label("Chat", "Messagerie"),
    "web": Label("Website", "Site web"),
    "shop": Label("Shop", "Magasin"),
    "social": Label("Social networks", "Réseaux sociaux"),
    "mail": Label("Post", "Courrier postal"),
}

CODE_LISTS = (
    CodeList("interactions.channel", CHANNEL_LABELS),
    CodeList(
        "interactions.direction",
        {
            "inbound": Label("From the customer", "Reçu du client"),
            "outbound": Label("To the customer", "Vers le client"),
        },
    ),
)
