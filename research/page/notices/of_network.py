"""What is said of the network: what too few answers cannot carry, groups of items, validation."""

from collections.abc import Mapping

from research.page.voice import Text

TEXTS: Mapping[str, Text] = {
    "few_directions": Text(
        "{respondents} answers{worth} cannot tell which way a tie inside a tier points: only the directions that "
        "the codebook’s tiers give are kept.",
        "{respondents} réponses{worth} ne suffisent pas pour dire dans quel sens va un lien à l’intérieur d’un "
        "palier : seuls les sens donnés par les paliers du livre de codes sont gardés.",
    ),
    "few_ties": Text(
        "{respondents} answers{worth} show strong ties only: one that is not in this report may well exist, and "
        "one that is may come from chance. Read strengths, not the picture, and do not rank items by them.",
        "{respondents} réponses{worth} ne montrent que les liens forts : un lien absent de ce rapport peut fort "
        "bien exister, et un lien présent peut être dû au hasard. Lisez les forces, pas le dessin, et n’en tirez "
        "pas de classement.",
    ),
    "few_cells": Text(
        "{respondents} answers{worth} fill few cells of the tables in <code>network.bif</code>: most of their content "
        "is the model, not the answers. For what-if questions collect at least {enough} answers.",
        "{respondents} réponses{worth} remplissent peu de cases des tables de <code>network.bif</code> : l’essentiel "
        "de leur contenu vient du modèle, pas des réponses. Pour simuler une action, réunissez au moins {enough} "
        "réponses.",
    ),
    "long_scales": Text(
        "The scales are so long that a step for every state would take hours: an item that answers its causes in "
        "bends was taken as linear or as a free table. Join states, or ask for <code>--likelihoods table linear "
        "dummies</code>.",
        "Les échelles sont si longues qu’un pas par modalité prendrait des heures : une question qui suit ses causes "
        "en courbe a été prise comme linéaire ou comme table libre. Regroupez des modalités, ou demandez "
        "<code>--likelihoods table linear dummies</code>.",
    ),
    "construct_proposed": Text(
        "{items} answer as one construct in {certainty} of resamples: name it in the codebook if that makes sense.",
        "{items} se comportent comme un seul thème dans {certainty} des rééchantillons : nommez-le dans le livre "
        "de codes si cela a un sens.",
    ),
    "construct_unsure": Text(
        "{items} answer as one construct in only {certainty} of resamples: too unsure to build on.",
        "{items} ne se comportent comme un seul thème que dans {certainty} des rééchantillons : trop peu sûr pour "
        "bâtir dessus.",
    ),
    "weak_loading": Text(
        "Item {item} hardly reflects {construct} (loading {loading}): move or drop it.",
        "La question {item} reflète à peine {construct} (saturation {loading}) : déplacez-la ou ôtez-la.",
    ),
    "hardly_apart": Text(
        "{first} and {second} correlate {correlation} once measurement error is taken out: their items hardly tell "
        "them apart, and neither do their effects.",
        "{first} et {second} sont corrélés à {correlation} une fois l’erreur de mesure ôtée : leurs questions les "
        "distinguent à peine, et leurs effets non plus.",
    ),
    "methods_disagree": Text(
        "{source} and {target}: the two methods disagree on the effect ({factor_network} by the factor network, "
        "{path_model} by the path model); trust neither before you know why.",
        "{source} et {target} : les deux méthodes divergent sur l’effet ({factor_network} par le réseau de "
        "facteurs, {path_model} par le modèle de chemins) ; ne vous fiez à aucune avant de savoir pourquoi.",
    ),
    "not_held_out": Text(
        "Some items have too few answers to hold any out: the network is not validated on unseen answers.",
        "Certaines questions ont trop peu de réponses pour en réserver : le réseau n’est pas validé sur des "
        "réponses jamais vues.",
    ),
    "nothing_holds": Text(
        "On unseen answers the network is no better than no network at all: nothing in this survey surely holds "
        "together.",
        "Sur des réponses jamais vues, le réseau ne fait pas mieux que l’absence de réseau : rien dans cette "
        "enquête ne tient ensemble de façon sûre.",
    ),
    "free_tables_better": Text(
        "On unseen answers free tables predict better: items depend on each other in no simple order.",
        "Sur des réponses jamais vues, des tables libres prédisent mieux : les questions ne dépendent pas les unes "
        "des autres selon un ordre simple.",
    ),
    "tables_not_reproduced": Text(
        "The network fails to reproduce {share} of the pairwise tables (5% would be chance), worst {first} with "
        "{second}: correlation {observed} in the answers, {predicted} by the network. Items of one construct often "
        "do this; read constructs first.",
        "Le réseau ne reproduit pas {share} des tables de paires (5 % seraient le hasard), la pire étant {first} "
        "avec {second} : corrélation {observed} dans les réponses, {predicted} selon le réseau. C’est fréquent "
        "entre questions d’un même thème ; lisez d’abord les thèmes.",
    ),
}
