"""Rules: which rounds open by themselves, for which cases, and what became of each."""
