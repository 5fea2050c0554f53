# %% [markdown]
# # Can we trust these answers?
#
# Before anybody reads a result: who answered, what is missing, and do the questions of a topic go together? Brand love
# (immediate attachment), brand pulse (intention to buy) and brand trust (lasting relation) each get an index.
#
# The survey is simulated and ships with the package. To look at your own, name your two files below.

# %%
from research import charts
from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.lab import show, tabulate_indices, tell_trust
from research.quality import check_quality
from research.reports import quality_report
from research.shipped import shipped_folder

# %%
survey = shipped_folder("attachment")
codebook = read_codebook(survey / "codebook.toml")
roles = ColumnRoles(weight="weight", segment="segment", id="id", duration="duration_s", turnover="turnover")
answers = read_answers(survey / "answers.parquet", codebook, roles)
report = quality_report(answers, check_quality(answers))

# %% [markdown]
# ## What was not answered?
# Gaps do no harm where they fall by chance. Where unhappy customers skip more questions than happy ones, whoever keeps
# only complete answers keeps a biased sample; Furet fills gaps from the answers that were given and tells how surely.

# %%
show(charts.draw_missing(report, "en"))

# %% [markdown]
# ## What was answered?

# %%
show(charts.draw_distributions(report, "en"))

# %% [markdown]
# ## Do the questions of a topic go together?
# Reliability is the share of a topic's score that is not chance. Under 0.7, what is said of the topic is blurred.

# %%
show(charts.draw_reliability(report, "en"))

# %% [markdown]
# ## How high do love, pulse and trust stand?
# An index is the mean of the topic's questions from 0 (worst) to 100 (best), turned round where agreeing is bad.

# %%
tabulate_indices(report, "en")

# %% [markdown]
# ## Answer
# *En français :*

# %%
tell_trust(report, "fr")

# %%
tell_trust(report, "en")
