"""The five-municipality sample over REST: every figure equals the methods applied to its files."""
