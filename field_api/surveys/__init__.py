"""Surveys that customers answer by a link: who is asked, what they say, and the pseudonymous export for research."""
