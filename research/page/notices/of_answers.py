"""What is said of the answers themselves: gaps, careless respondents, items that measure badly."""

from collections.abc import Mapping

from research.page.voice import Text

TEXTS: Mapping[str, Text] = {
    "columns_not_used": Text(
        "Columns of the file that the codebook does not know were not used: {columns}.",
        "Des colonnes du fichier que le livre de codes ne connaît pas n’ont pas été utilisées : {columns}.",
    ),
    "much_missing": Text(
        "{share} of the answers to {item} are missing; findings on it lean on a model.",
        "{share} des réponses à {item} manquent ; ce qui en est dit s’appuie sur un modèle.",
    ),
    "empty_respondents": Text(
        "{respondents} respondents answered no item at all; they say nothing about any other.",
        "{respondents} répondants n’ont répondu à aucune question ; ils ne disent rien des autres.",
    ),
    "gaps_not_random": Text(
        "Gaps are not random: whether {item} is missing goes with the answer to {other} (correlation "
        "{correlation}; {items} items show such a link). Complete answers alone would be a biased sample.",
        "Les manques ne sont pas dus au hasard : l’absence de réponse à {item} dépend de la réponse à {other} "
        "(corrélation {correlation} ; questions dans ce cas : {items}). Les seules réponses complètes formeraient "
        "un échantillon biaisé.",
    ),
    "straight_lines": Text(
        "{respondents} respondents ({share}) gave one answer to all {items} questions of a scale, {in_best_state} "
        "of them the best one: such lines tie items together that have no tie.",
        "{respondents} répondants ({share}) ont donné la même réponse aux {items} questions d’une échelle, dont "
        "{in_best_state} la meilleure : de telles lignes lient des questions qui n’ont pas de lien.",
    ),
    "too_fast": Text(
        "{respondents} respondents ({share}) took under {limit_s} s, less than 40% of the median of {median_s} s.",
        "{respondents} répondants ({share}) ont mis moins de {limit_s} s, soit moins de 40 % de la médiane de "
        "{median_s} s.",
    ),
    "repeated_ids": Text(
        "{ids} ids stand in several rows ({surplus_rows} rows too many, such as {examples}); all rows were used: "
        "remove repeats before concluding.",
        "{ids} identifiants figurent sur plusieurs lignes ({surplus_rows} lignes de trop, par exemple {examples}) "
        "; toutes ont servi : ôtez les doublons avant de conclure.",
    ),
    "at_the_worst": Text(
        "{share} of the answers to {item} are the worst state: little is left to explain.",
        "{share} des réponses à {item} sont la plus mauvaise : il reste peu à expliquer.",
    ),
    "at_the_best": Text(
        "{share} of the answers to {item} are the best state: little is left to explain.",
        "{share} des réponses à {item} sont la meilleure : il reste peu à expliquer.",
    ),
    "weak_construct": Text(
        "The items of {construct} hold together weakly (alpha {alpha}, omega {omega}): effects of this construct "
        "are blurred.",
        "Les questions de {construct} tiennent mal ensemble (alpha {alpha}, oméga {omega}) : les effets de ce "
        "thème sont flous.",
    ),
    "weak_item": Text(
        "Item {item} goes with the rest of {construct} only by {correlation}: check its wording, its direction, or "
        "its place.",
        "La question {item} ne va avec le reste de {construct} qu’à {correlation} : vérifiez sa formulation, son "
        "sens ou sa place.",
    ),
    "one_component": Text(
        "One component carries {share} of the variance of all items: part of the correlations may come from the "
        "way of asking.",
        "Une seule composante porte {share} de la variance de toutes les questions : une partie des corrélations "
        "peut venir de la façon de demander.",
    ),
    "left_out": Text(
        "{respondents} respondents answered no item and are left out of every figure.",
        "{respondents} répondants n’ont répondu à rien et ne comptent dans aucun chiffre.",
    ),
    "imputed": Text(
        "{answers} answers ({share}) were imputed, {times} times over, from the answers that were given; the "
        "spread between the times is part of every interval.",
        "{answers} réponses ({share}) ont été imputées, {times} fois, d’après les réponses données ; l’écart entre "
        "les fois fait partie de chaque intervalle.",
    ),
    "not_applicable": Text(
        "{answers} answers did not apply; while learning they were filled in as if they had.",
        "{answers} réponses étaient sans objet ; pour l’apprentissage, elles ont été complétées comme les autres.",
    ),
}
