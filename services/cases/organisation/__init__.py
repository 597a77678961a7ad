"""Areas, units, persons and their employments."""
