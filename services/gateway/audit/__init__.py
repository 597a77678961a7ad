"""The audit of everything: what was refused, all services' trails in one list, and its signed heads."""
