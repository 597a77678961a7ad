"""What a team works with beside its matrix: relations, change, and what to take up when it meets."""
