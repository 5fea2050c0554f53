"""Pages for people who have no account: how they are made, kept to themselves and spoken in two languages."""
