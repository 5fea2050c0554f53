"""Sliders that move drivers, and the target beside them; sole owner of ipywidgets."""

from functools import partial

import ipywidgets
from IPython.display import display

from research.charts import draw_what_if
from research.drivers import LevelEffects
from research.lab.moves import Labels
from research.lab.shown import Shown, show
from research.languages import Language, wording
from research.page.voice import Text, Voice
from research.what_if import together

_SLIDER = Text("{driver}, % moved one level up", "{driver}, % montant d’un niveau")
_ALL = Text("These moves together", "Ces actions ensemble")
_STILL = Text("Nobody is moved: the target stays as it is today.", "Personne ne bouge : la cible reste ce qu’elle est.")


def moves_panel(level: LevelEffects, labels: Labels, lang: Language) -> ipywidgets.VBox:
    """A slider for each driver, the share of the customers below its top who move one level up, and what follows."""
    voice = Voice(lang, labels)
    sliders = {
        name: ipywidgets.IntSlider(
            value=0, min=0, max=100, step=10, continuous_update=False,
            description=wording(labels.get(name, {}), lang, name),
            style={"description_width": "18em"}, layout={"width": "36em"},
        )
        for name in level.names
    }  # fmt: skip
    shown = ipywidgets.interactive_output(partial(_show, level, voice), sliders)
    return ipywidgets.VBox([*sliders.values(), shown])


def _show(level: LevelEffects, voice: Voice, **percent: int) -> None:
    found = together(level, {name: moved / 100 for name, moved in percent.items()})
    if found is None:
        display(Shown.of(voice.say(_STILL)))  # type: ignore[no-untyped-call] # IPython leaves it untyped.
        return
    display(show(draw_what_if({str(voice.say(_ALL)): found}, voice.lang)))  # type: ignore[no-untyped-call] # As above.
