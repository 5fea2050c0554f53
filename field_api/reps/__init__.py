"""The people who work with Furet: who they are, which territories there are, and who looks after which, when."""
