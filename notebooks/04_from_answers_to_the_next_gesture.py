# %% [markdown]
# # From answers to the next gesture: what may a rep be told?
#
# A rep who calls a customer wants one reason that is true. Of all drivers that a survey asks about, only those may be
# given whose effect the answers carry: whatever network fits, and however the survey is drawn again, more of the driver
# means more loyalty. The rest stays here, with the reason why.
#
# The survey is simulated and ships with the package. With a service, `python -m research fetch` brings its answers, and
# `publish` sends what this notebook shows; nothing reaches a rep before an admin has approved it.

# %%
from research import charts
from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.fit import FitSettings, fit_survey
from research.lab import show, tabulate_claims, tell_claims
from research.reports import report
from research.shipped import shipped_folder

# %%
survey = shipped_folder("attachment")
codebook = read_codebook(survey / "codebook.toml")
roles = ColumnRoles(weight="weight", segment="segment", id="id", duration="duration_s", turnover="turnover")
answers = read_answers(survey / "answers.parquet", codebook, roles)
found = report(fit_survey(answers, FitSettings(target="loyalty", replicates=100)))

# %% [markdown]
# ## Whose interval stays clear of zero?
# A driver whose line touches zero may do nothing. Where the thin line is longer than the thick one, the answers leave
# open which way some ties point: then the whole of the thin line is what may be claimed.

# %%
show(charts.draw_drivers(found, "en", "construct"))

# %% [markdown]
# ## Could something nobody asked about be behind it?
# Such a driver may still be the reason, but whoever hears it hears the reservation too.

# %%
show(charts.draw_hidden_causes(found, "en"))

# %% [markdown]
# ## What would be sent?
# The figures that decide, for every driver. The service applies the same rule once more by itself: what is not carried
# is kept there as *not known*, and no gesture rests on it.

# %%
tabulate_claims(found, "en")

# %% [markdown]
# ## Answer
# *En français :*

# %%
tell_claims(found, "fr")

# %%
tell_claims(found, "en")
