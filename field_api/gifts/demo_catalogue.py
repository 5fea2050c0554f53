"""The gifts of the demo company: what a house of coffee, tea and good things would give, and for how many points."""

from typing import NamedTuple


class DemoGift(NamedTuple):
    """A gift as invented: titles and texts in English and French, points, units delivered, and who may have it."""

    title: tuple[str, str]
    text: tuple[str, str]
    points: int
    units: int
    tiers: tuple[str, ...] = ()
    collect_days: int | None = 30


GIFTS = (
    DemoGift(
        ("Coffee of the month", "Café du mois"), ("125 g, freshly roasted.", "125 g, fraîchement torréfié."), 25, 400
    ),
    DemoGift(
        ("Stoneware mug", "Tasse en grès"), ("Thrown by a potter nearby.", "Tournée par un potier voisin."), 40, 120
    ),
    DemoGift(
        ("Tea tasting box", "Coffret de dégustation de thés"),
        ("Six teas, six worlds.", "Six thés, six mondes."),
        60,
        150,
    ),
    DemoGift(("Jar of chestnut honey", "Pot de miel de châtaignier"), ("From the Cévennes.", "Des Cévennes."), 45, 200),
    DemoGift(("Linen tea towel", "Torchon en lin"), ("Woven in Flanders.", "Tissé dans les Flandres."), 50, 90),
    DemoGift(
        ("Cake of the season", "Gâteau de saison"), ("Ordered a day ahead.", "À commander la veille."), 70, 80, (), 7
    ),
    DemoGift(("Picnic blanket", "Plaid de pique-nique"), ("Wool, 130 x 170 cm.", "En laine, 130 x 170 cm."), 180, 40),
    DemoGift(("Moka pot", "Cafetière italienne"), ("For four small cups.", "Pour quatre petites tasses."), 160, 35),
    DemoGift(
        ("Roasting workshop for two", "Atelier torréfaction pour deux"),
        ("A Saturday morning.", "Un samedi matin."),
        220,
        12,
    ),
    DemoGift(
        ("Basket from our producers", "Panier de nos producteurs"),
        ("What is best now.", "Le meilleur du moment."),
        150,
        30,
    ),
    DemoGift(
        ("Seat at the autumn evening", "Place à la soirée d’automne"),
        ("In the cellar, with the growers.", "À la cave, avec les vignerons."),
        90,
        24,
        ("or",),
        90,
    ),
    DemoGift(
        ("A tree planted in your name", "Un arbre planté à votre nom"),
        ("With a hedge project of the region.", "Avec un projet de haies de la région."),
        100,
        500,
        ("argent", "or"),
        None,
    ),
)
