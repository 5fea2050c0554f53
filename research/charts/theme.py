"""How every chart looks: palette, type, and numbers as the language writes them."""

import altair as alt

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart
