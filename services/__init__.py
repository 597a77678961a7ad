"""The four deployable services; none of them imports another."""
