"""The values that fields may take, with what people call them: what a form needs to be shown without a network."""
