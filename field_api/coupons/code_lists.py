"""What people call the codes of a coupon's fields."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "coupons.state",
        {
            "issued": Label("Issued", "Émis"),
            "viewed": Label("Shown", "Présenté"),
            "reserved": Label("Reserved", "Réservé"),
            "redeemed": Label("Redeemed", "Utilisé"),
            "expired": Label("Expired", "Expiré"),
        },
    ),
)
