"""What is said of the drivers, and of groups of customers."""

from collections.abc import Mapping

from research.page.voice import Text

TEXTS: Mapping[str, Text] = {
    "few_for_drivers": Text(
        "So few answers cannot tell what moving a driver would do: what goes with what is told, and no ranks are "
        "given.",
        "Si peu de réponses ne disent pas ce que produirait une action sur un levier : le rapport dit ce qui va de "
        "pair, sans donner de rang.",
    ),
    "not_foretold": Text(
        "From the other answers {item} cannot be foretold any better than by its overall shares: whatever drives "
        "it is not in this survey, and the drivers are no ground to act on.",
        "Les autres réponses ne prédisent pas {item} mieux que sa répartition d’ensemble : ce qui l’explique n’est "
        "pas dans cette enquête, et les leviers ne sont pas une base pour agir.",
    ),
    "logit_better": Text(
        "An ordered logit foretells {item} better than the network ({ordered_logit} nats an answer for "
        "the network): that network leaves something out, and effects of single items may be told too small.",
        "Un logit ordonné prédit {item} mieux que le réseau ({ordered_logit} nats par réponse pour "
        "le réseau) : ce réseau omet quelque chose, et les effets des questions isolées peuvent être sous-estimés.",
    ),
    "items_near_zero": Text(
        "Items of one construct reflect it: moving a single one of them moves next to nothing else, so the effects "
        "of moving single items are near zero by nature. Read the constructs; an item matters by what it says of "
        "its own.",
        "Les questions d’un même thème en sont le reflet : agir sur une seule ne change presque rien d’autre, et "
        "l’effet d’une action sur une question isolée est donc proche de zéro par nature. Lisez les thèmes ; une "
        "question compte par ce qu’elle dit du sien.",
    ),
    "items_banded": Text(
        "Items of more than {most_states} states enter the effects of single items in {bands} bands of about equal "
        "size.",
        "Les questions de plus de {most_states} modalités entrent dans les effets des questions isolées en {bands} "
        "tranches à peu près égales.",
    ),
    "fragile_driver": Text(
        "The effect of {driver} may be owed to something else: a cause nobody asked about that explains "
        "{robustness} of what is left unexplained would undo it.{known}",
        "L’effet de {driver} peut tenir à autre chose : une cause que personne n’a demandée et qui expliquerait "
        "{robustness} de ce qui reste inexpliqué suffirait à l’annuler.{known}",
    ),
    "few_segments": Text(
        "{respondents} answers{worth} cannot tell customers apart into segments of their own: none are offered.",
        "{respondents} réponses{worth} ne suffisent pas pour distinguer des segments de clients : aucun n’est proposé.",
    ),
    "small_group": Text(
        "Group {group} has {respondents} respondents: too few to be compared; collect at least {fewest}.",
        "Le groupe {group} compte {respondents} répondants : trop peu pour être comparé ; réunissez-en au moins "
        "{fewest}.",
    ),
    "small_segment": Text(
        "Segment {segment} has {respondents} respondents: too few to say what is at stake there; collect at least "
        "{fewest}, or join it with another.",
        "Le segment {segment} compte {respondents} répondants : trop peu pour dire ce qui y est en jeu ; "
        "réunissez-en au moins {fewest}, ou joignez-le à un autre.",
    ),
    "one_class": Text(
        "One class describes the answers best: the survey shows no segments of its own.",
        "Une seule classe décrit le mieux les réponses : l’enquête ne montre pas de segments d’elle-même.",
    ),
    "small_class": Text(
        "The smallest of {segments} segments holds {share} of the respondents ({respondents}): too few to say "
        "anything of.",
        "Le plus petit des {segments} segments réunit {share} des répondants ({respondents}) : trop peu pour en "
        "parler.",
    ),
    "unstable_class": Text(
        "Of {segments} segments one is found again to only {stability} when respondents are resampled ({least} is "
        "the least): it may be chance.",
        "Sur {segments} segments, l’un ne se retrouve qu’à {stability} quand on rééchantillonne les répondants (il "
        "en faut {least}) : il peut être dû au hasard.",
    ),
}
