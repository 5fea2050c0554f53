"""One contact from first touch to loyal client: who they are, how to reach them, where they are, what they became."""
