"""Areas, units, persons and employments."""
