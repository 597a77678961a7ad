"""Data protection: who was told, who objects, how long cases are kept, erasure, access to own data."""
