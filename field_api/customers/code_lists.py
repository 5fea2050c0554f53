"""What people call the codes of a customer's fields."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList("customers.kind", {"person": Label("Person", "Personne"), "firm": Label("Firm", "Entreprise")}),
    CodeList(
        "customers.role",
        {
            "visitor": Label("Visitor", "Visiteur"),
            "prospect": Label("Prospect", "Prospect"),
            "client": Label("Client", "Client"),
            "former_client": Label("Former client", "Ancien client"),
            "ambassador": Label("Ambassador", "Ambassadeur"),
        },
    ),
    CodeList(
        "customers.first_touch_source",
        {
            "search": Label("Web search", "Recherche sur le web"),
            "advertisement": Label("Advertisement", "Publicité"),
            "qr_code": Label("QR code", "QR code"),
            "web_form": Label("Web form", "Formulaire en ligne"),
            "shop": Label("Shop", "Magasin"),
            "phone": Label("Phone", "Téléphone"),
            "referral": Label("Referral", "Recommandation"),
            "import": Label("Import", "Import"),
        },
    ),
    CodeList(
        "customers.contact_points.kind",
        {"phone": Label("Phone", "Téléphone"), "email": Label("E-mail", "E-mail")},
    ),
    CodeList(
        "customers.places.position.origin",
        {
            "gps": Label("Measured on the spot", "Relevée sur place"),
            "geocoder": Label("Found from the address", "Déduite de l’adresse"),
            "typed": Label("Entered by hand", "Saisie à la main"),
        },
    ),
)
