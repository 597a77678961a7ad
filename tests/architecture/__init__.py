"""The house's rules, checked on every file that git knows."""
