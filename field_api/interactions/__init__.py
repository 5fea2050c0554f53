"""One timeline of everything that passed between a customer and us, whatever the channel."""
