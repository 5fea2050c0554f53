"""The books of loyalty points: accounts, operations, entries, lots and what is set aside; no rule of any programme."""
