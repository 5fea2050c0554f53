"""Names as one meets them in France: of people, of firms by trade, of streets."""

from importlib.resources import files


def _lines(file: str) -> tuple[str, ...]:
    return tuple(files("field_api.demo").joinpath(file).read_text("utf-8").splitlines())


GIVEN_NAMES = _lines("given_names.txt")
FAMILY_NAMES = _lines("family_names.txt")

# What stands before or after a firm's own name, and what its people do there.
TRADES = (
    ("Boulangerie {}", "Gérante"),
    ("Boucherie {}", "Artisan boucher"),
    ("Pharmacie {}", "Pharmacienne"),
    ("Garage {}", "Chef d’atelier"),
    ("Menuiserie {}", "Gérant"),
    ("{} Électricité", "Conducteur de travaux"),
    ("{} Plomberie Chauffage", "Gérant"),
    ("{} Bâtiment", "Directrice des achats"),
    ("Hôtel {}", "Directeur"),
    ("Brasserie {}", "Responsable de salle"),
    ("Restaurant {}", "Chef de cuisine"),
    ("Librairie {}", "Libraire"),
    ("Cabinet {}", "Associée"),
    ("Transports {}", "Responsable d’exploitation"),
    ("Domaine {}", "Vigneron"),
    ("{} Conseil", "Office manager"),
    ("Jardinerie {}", "Responsable de rayon"),
    ("{} Paysages", "Gérante"),
)
SIGNS = ("du Centre", "de la Gare", "du Marché", "des Halles", "du Parc", "de la Place", "du Pont", "des Remparts")

STREETS = (
    "rue de la République", "rue Victor-Hugo", "avenue Jean-Jaurès", "rue Pasteur", "place de la Mairie",
    "rue des Écoles", "rue du Moulin", "avenue de la Gare", "rue de l’Église", "chemin des Vignes",
    "rue Gambetta", "boulevard Voltaire", "rue du Stade", "impasse des Lilas", "rue des Tilleuls",
    "allée des Chênes", "rue Jules-Ferry", "rue du Général-Leclerc", "route de Paris", "rue Jean-Moulin",
    "quai de la Fontaine", "rue des Jardins", "avenue du Maréchal-Foch", "rue Émile-Zola", "rue du Château",
    "rue de Verdun", "rue Saint-Nicolas", "cours Lafayette", "rue du Four", "sentier des Roses",
)  # fmt: skip
