"""What people call the codes of a gift's fields."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "gifts.state",
        {
            "offered": Label("Offered", "Proposé"),
            "withdrawn": Label("Withdrawn", "Retiré"),
        },
    ),
)
