"""Where cases stand among cases of like complexity, and which of them ask for attention."""
