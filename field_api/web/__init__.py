"""HTTP conventions shared by every feature; knows no feature."""
