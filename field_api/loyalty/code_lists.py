"""What people call the codes of loyalty."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "programmes.state",
        {
            "draft": Label("Draft", "Brouillon"),
            "live": Label("Live", "En cours"),
            "ended": Label("Ended", "Terminé"),
        },
    ),
    CodeList(
        "cards.state",
        {
            "active": Label("Active", "Active"),
            "left": Label("Left the programme", "A quitté le programme"),
            "merged": Label("Merged into another card", "Réunie avec une autre carte"),
        },
    ),
)
