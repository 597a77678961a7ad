"""How cases' scores spread in a wave, and how much of what was asked in it was answered."""
