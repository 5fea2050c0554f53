"""What people call the codes of a suggestion's fields."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "next_gestures.kind",
        {
            "call": Label("Call", "Appel"),
            "visit": Label("Visit", "Visite"),
            "thanks": Label("Thanks", "Remerciement"),
            "repair": Label("Making good", "Réparation"),
            "gift": Label("Gift", "Cadeau"),
            "offer": Label("Offer", "Offre"),
            "invite": Label("Invitation", "Invitation"),
        },
    ),
)
