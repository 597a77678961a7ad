"""Lists of cases, searches, and the changes that systems outside follow."""
