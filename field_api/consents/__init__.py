"""What customers have agreed to, in which words, and what they have taken back."""
