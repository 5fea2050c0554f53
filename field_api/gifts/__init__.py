"""What members spend points on: gifts with a price and a stock, ordered, handed over, or cancelled."""
