# %% [markdown]
# # What drives loyalty, and how sure are we?
#
# One survey, drawn again a hundred times; each time a network of causes is learned anew. What holds in nearly all of
# them is told as sure, what does not is told as open.
#
# The survey is simulated, so the truth is known: it lies in `truth.json` beside the answers. The fit takes about a
# minute.

# %%
from research import charts
from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.fit import FitSettings, fit_survey
from research.lab import show, tell_drivers
from research.reports import report
from research.shipped import shipped_folder

# %%
survey = shipped_folder("attachment")
codebook = read_codebook(survey / "codebook.toml")
roles = ColumnRoles(weight="weight", segment="segment", id="id", duration="duration_s", turnover="turnover")
answers = read_answers(survey / "answers.parquet", codebook, roles)
found = report(fit_survey(answers, FitSettings(target="loyalty", replicates=100)))

# %% [markdown]
# ## What would move loyalty, and what merely goes with it?
# Customers who stand high on a topic are more loyal: that is what is *seen*. How much of it would remain if the topic
# were *moved*, all else left to follow, is the other mark. Where the two differ, something else stands behind both.

# %%
show(charts.draw_drivers(found, "en", "construct"))

# %%
show(charts.draw_ranks(found, "en", "construct"))

# %% [markdown]
# ## What holds together?

# %%
show(charts.draw_network(found, "en"))

# %% [markdown]
# ## Is there a step from which more no longer helps?

# %%
show(charts.draw_response_curves(found, "en"))

# %% [markdown]
# ## Where is there much to gain and room to rise?

# %%
show(charts.draw_quadrants(found, "en"))

# %% [markdown]
# ## Do the usual methods agree?
# They answer slightly different questions; where they name another order, read why before you act.

# %%
show(charts.draw_agreement(found, "en"))

# %% [markdown]
# ## Could something nobody asked about be behind it?

# %%
show(charts.draw_hidden_causes(found, "en"))

# %% [markdown]
# ## Does the network foretell customers it has not seen?

# %%
show(charts.draw_validation(found, "en"))

# %% [markdown]
# ## Is it the same for everybody?
# Two segments may score alike and still be loyal for different reasons: a score alone would hide it.

# %%
show(charts.draw_segments(found, "en"))

# %% [markdown]
# ## What is at stake?

# %%
show(charts.draw_stakes(found, "en"))

# %% [markdown]
# ## Answer
# *En français :*

# %%
tell_drivers(found, "fr")

# %%
tell_drivers(found, "en")
