"""What the demo company offers: a fine grocer's ideas for a year, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Words(NamedTuple):
    """The same in both languages; {at} stands for where, {size} for how much."""

    en: str
    fr: str


@dataclass(frozen=True)
class Idea:
    """A kind of offer with its texts; `sizes` are those of its kind, `spread` is town, zone or company."""

    kind: str
    title: Words
    text: Words
    sizes: tuple[int, ...] = ()
    spread: str = "town"
    audience: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    hours: tuple[tuple[int, str, str], ...] = ()
    channels: tuple[str, ...] = ("shop", "visit")


CLIENTS = ("client", "ambassador")
LATE_AFTERNOONS = tuple((day, "17:00", "19:00") for day in (2, 3, 4, 5))
SATURDAYS = ((6, "09:30", "12:30"), (6, "14:00", "19:00"))

IDEAS = (
    Idea(
        "percentage",
        Words("{size} off cheeses {at}", "{size} sur la fromagerie {at}"),
        Words(
            "Comté, Reblochon and goat's cheeses of the season, cut to order.",
            "Comté, reblochon et chèvres de saison, à la coupe, au prix du producteur ou presque.",
        ),
        (10, 15, 20),
        group="remise",
    ),
    Idea(
        "percentage",
        Words("Wine fair {at}: {size} off from six bottles", "Foire aux vins {at} : {size} dès six bouteilles"),
        Words(
            "Loire, Rhône and Alsace, chosen by our cellarer; six bottles of your choice.",
            "Loire, Rhône et Alsace choisis par notre caviste ; six bouteilles au choix, panachées ou non.",
        ),
        (10, 12, 15),
        group="remise",
    ),
    Idea(
        "percentage",
        Words("Late afternoon {at}: {size} off bread and pastry", "Fin d’après-midi {at} : {size} en boulangerie"),
        Words(
            "Loaves of the day, from five until closing time.",
            "Les pains et viennoiseries du jour, de 17 h à la fermeture : rien ne se perd.",
        ),
        (20, 25, 30),
        hours=LATE_AFTERNOONS,
        channels=("shop",),
    ),
    Idea(
        "percentage",
        Words("{size} for our loyal clients {at}", "{size} pour nos clients fidèles {at}"),
        Words(
            "You came at least three times this year: thank you.",
            "Vous êtes venu au moins trois fois cette année : merci, et voici de quoi revenir.",
        ),
        (20, 25),
        audience={"roles": list(CLIENTS), "purchases": {"within_days": 365, "count_at_least": 3}},
        group="remise",
    ),
    Idea(
        "percentage",
        Words("We miss you: {size} on your return", "Vous nous manquez : {size} pour votre retour"),
        Words(
            "Nothing from you for six months. Your usual table is waiting.",
            "Plus de six mois sans vous voir. Vos produits préférés vous attendent, et nous aussi.",
        ),
        (15, 20),
        "zone",
        {"roles": ["client", "former_client"], "last_purchase": {"older_than_days": 180}},
        "remise",
        channels=("shop", "visit", "email", "mail"),
    ),
    Idea(
        "percentage",
        Words("Private sale {at}: {size}, by invitation", "Vente privée {at} : {size}, sur invitation"),
        Words(
            "One evening, one list, one glass of something good.",
            "Une soirée, une liste, un verre à la main : coffrets et grands crus avant tout le monde.",
        ),
        (30, 35),
        audience={"roles": list(CLIENTS), "listed": True},
        hours=((4, "18:00", "21:30"), (5, "18:00", "21:30")),
        channels=("shop",),
    ),
    Idea(
        "amount",
        Words("{size} off a basket of 60 euros {at}", "{size} de remise dès 60 euros d’achats {at}"),
        Words("On the whole shop, wine included.", "Sur tout le magasin, vins compris, une fois par passage."),
        (500, 800, 1_000),
        group="bon",
    ),
    Idea(
        "amount",
        Words("{size} back on gift boxes", "{size} remboursés sur les coffrets"),
        Words(
            "Any gift box above 40 euros, to give or to keep.",
            "Pour tout coffret de plus de 40 euros, à offrir ou à garder pour soi.",
        ),
        (600, 1_000),
        "zone",
        group="bon",
        channels=("shop", "web"),
    ),
    Idea(
        "amount",
        Words("{size} for your hundred euros of the season", "{size} offerts pour vos cent euros de la saison"),
        Words(
            "You spent a hundred euros with us in three months; this is our thank-you.",
            "Vous avez dépensé cent euros chez nous en trois mois : voici notre remerciement.",
        ),
        (1_000, 1_500),
        "company",
        {
            "roles": list(CLIENTS),
            "purchases": {"within_days": 90, "amount_minor_at_least": 10_000, "currency": "EUR"},
        },
        "bon",
        channels=("shop", "web"),
    ),
    Idea(
        "gift",
        Words("A welcome jar {at}", "Un pot de bienvenue {at}"),
        Words(
            "First visit? A jar of our honey comes with your first purchase.",
            "Première visite ? Un pot de notre miel de lavande accompagne votre premier achat.",
        ),
        audience={"roles": ["visitor", "prospect"]},
    ),
    Idea(
        "gift",
        Words("Chocolate with every coffee {at}", "Un chocolat avec votre café {at}"),
        Words("A square of 70 % with every bag of coffee.", "Une ganache pour tout paquet de café moulu devant vous."),
        hours=SATURDAYS,
        channels=("shop",),
    ),
    Idea(
        "gift",
        Words("A bottle for those who brought a friend", "Une bouteille pour qui nous recommande"),
        Words(
            "Somebody came on your word. The next bottle is ours.",
            "Quelqu’un est venu sur votre conseil : la prochaine bouteille est pour nous.",
        ),
        spread="company",
        audience={"roles": ["ambassador"]},
        channels=("shop", "visit", "call"),
    ),
    Idea(
        "points_multiplier",
        Words("Points times {size} {at}", "Points multipliés par {size} {at}"),
        Words("All Saturday long.", "Tout le samedi, sur tout le magasin."),
        (200, 300),
        audience={"roles": list(CLIENTS)},
        group="points",
        hours=SATURDAYS,
        channels=("shop",),
    ),
    Idea(
        "points_multiplier",
        Words("Points times {size} on tea and coffee", "Points multipliés par {size} sur thés et cafés"),
        Words("Twenty estates, roasted this month.", "Vingt terroirs, torréfiés ce mois-ci, à découvrir."),
        (200,),
        "company",
        group="points",
        channels=("shop", "web"),
    ),
    Idea(
        "service",
        Words("Tasting with the cellarer {at}", "Dégustation avec le caviste {at}"),
        Words(
            "Four wines, four cheeses, an hour; book with your advisor.",
            "Quatre vins, quatre fromages, une heure ; réservez auprès de votre conseiller.",
        ),
        hours=((5, "18:00", "20:00"), (6, "11:00", "12:30")),
    ),
    Idea(
        "service",
        Words("Home delivery is on us {at}", "Livraison à domicile offerte {at}"),
        Words(
            "Within the area of the map, from Tuesday to Saturday.",
            "Dans tout le secteur dessiné sur la carte, du mardi au samedi, avant 13 heures.",
        ),
        spread="zone",
        channels=("shop", "web", "call"),
    ),
    Idea(
        "service",
        Words("A menu for your reception {at}", "Un menu pour votre réception {at}"),
        Words(
            "Our kitchen plans your buffet with you, from ten guests on.",
            "Notre cuisine compose votre buffet avec vous, à partir de dix convives.",
        ),
        audience={"first_touch": {"sources": ["referral", "shop", "phone"]}},
        channels=("visit", "call", "email"),
    ),
    Idea(
        "content",
        Words("The book of seasonal recipes", "Le carnet de recettes de saison"),
        Words("Twelve recipes by our producers, to leaf through.", "Douze recettes de nos producteurs."),
        spread="company",
        channels=("shop", "visit", "web", "email"),
    ),
    Idea(
        "content",
        Words("Meet the producer {at}", "Rencontre avec un producteur {at}"),
        Words(
            "He tells how it is made, and you taste.",
            "Il raconte son métier, vous goûtez : une matinée pour comprendre ce que l’on mange.",
        ),
        hours=((6, "09:30", "12:30"),),
    ),
)  # fmt: skip
GIFTS = {
    "A welcome jar {at}": Words("A jar of lavender honey", "Un pot de miel de lavande"),
    "Chocolate with every coffee {at}": Words("A chocolate ganache", "Une ganache au chocolat"),
    "A bottle for those who brought a friend": Words("A bottle of Saumur", "Une bouteille de saumur"),
}
