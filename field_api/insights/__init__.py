"""What research has found out, brought back to the rep as the next thing worth doing, with its reason."""
