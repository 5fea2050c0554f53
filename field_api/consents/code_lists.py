"""What people call the codes of a consent's fields."""

from field_api.code_lists.lists import CodeList, Label

CODE_LISTS = (
    CodeList(
        "consents.purpose",
        {
            "offers": Label("Offers", "Offres"),
            "surveys": Label("Surveys", "Enquêtes"),
            "loyalty": Label("Loyalty programme", "Programme de fidélité"),
            "profiling": Label("Profiling", "Profilage"),
        },
    ),
    CodeList(
        "consents.channel",
        {
            "any": Label("Any channel", "Tous les canaux"),
            "email": Label("E-mail", "E-mail"),
            "sms": Label("Text message", "SMS"),
            "phone": Label("Phone", "Téléphone"),
            "mail": Label("Post", "Courrier postal"),
            "chat": Label("Chat", "Messagerie"),
            "social": Label("Social networks", "Réseaux sociaux"),
            "visit": Label("Visit", "Visite"),
        },
    ),
    CodeList(
        "consents.source",
        {
            "web_form": Label("Web form", "Formulaire en ligne"),
            "shop": Label("Shop", "Magasin"),
            "phone": Label("Phone", "Téléphone"),
            "visit": Label("Visit", "Visite"),
            "email": Label("E-mail", "E-mail"),
            "paper": Label("Paper form", "Formulaire papier"),
            "survey": Label("Survey", "Enquête"),
            "import": Label("Import", "Import"),
        },
    ),
)
