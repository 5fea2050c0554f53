"""What people call the codes of an offer's fields."""

from field_api.code_lists.lists import CodeList, Label
from field_api.interactions.code_lists import CHANNEL_LABELS

CODE_LISTS = (
    CodeList(
        "offers.state",
        {
            "draft": Label("Draft", "Brouillon"),
            "live": Label("Live", "En cours"),
            "paused": Label("Paused", "Suspendue"),
            "ended": Label("Ended", "Terminée"),
        },
    ),
    CodeList(
        "offers.kind",
        {
            "percentage": Label("Percentage off", "Remise en pourcentage"),
            "amount": Label("Amount off", "Remise en montant"),
            "gift": Label("Gift", "Cadeau"),
            "points_multiplier": Label("More points", "Points multipliés"),
            "service": Label("Service", "Service"),
            "content": Label("Content", "Contenu"),
        },
    ),
    CodeList("offers.channels", CHANNEL_LABELS),
)
