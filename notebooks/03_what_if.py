# %% [markdown]
# # What if?
#
# If some of the customers who are not yet content with a topic became one level more content, what would that do to
# loyalty? A topic has seven levels, from the worst answers to the best.

# %%
from research import charts
from research.answers import ColumnRoles, read_answers
from research.codebook import read_codebook
from research.fit import FitSettings
from research.lab import called, moves_panel, show, tabulate_moves, tell_moves
from research.levers import learn_levers
from research.reports import labels_of
from research.shipped import shipped_folder
from research.what_if import each_step_up, on_state, together, what_if

# %%
survey = shipped_folder("attachment")
codebook = read_codebook(survey / "codebook.toml")
labels = labels_of(codebook)
answers = read_answers(survey / "answers.parquet", codebook, ColumnRoles(weight="weight"))
levers = learn_levers(answers, FitSettings(target="loyalty", replicates=100))

# %% [markdown]
# ## What if half of them rose one level, on one topic at a time?

# %%
half = each_step_up(levers, 0.5)
show(charts.draw_what_if(called(half, labels, "en"), "en"))

# %% [markdown]
# ## What if one budget were spent on two topics?
# All who are below the top of one topic rise one level, or half of them on each of two topics.

# %%
recognition = together(levers, {"recognition": 1.0})
trust = together(levers, {"trust": 1.0})
both = together(levers, {"recognition": 0.5, "trust": 0.5})
plans = {"All on recognition": recognition, "All on trust": trust, "Half on each": both}
show(charts.draw_what_if(plans, "en"))

# %% [markdown]
# ## Are those who love the brand loyal because they love it?
# *Seeing* picks the customers at the top of love, with all that brought them there. *Moving* sets everybody to the top
# and leaves all else as it is. Only the second is what a campaign for love could bring.

# %%
top = on_state(levers, "love", 6)
seen = what_if(levers, {"love": top}, "see")
moved = what_if(levers, {"love": top}, "act")
show(charts.draw_what_if({"Customers who love it most": seen, "Everybody made to love it most": moved}, "en"))

# %% [markdown]
# ## Try it
# Move the sliders, several at once if you like. Without a kernel, the table below says what each of them would.

# %%
moves_panel(levers, labels, "en")

# %%
tabulate_moves(levers, labels, "en")

# %% [markdown]
# ## Answer
# *En français :*

# %%
tell_moves(half, 0.5, "loyalty", labels, "fr")

# %%
tell_moves(half, 0.5, "loyalty", labels, "en")
