"""What a study's arms went through from one wave to another, and how they differ."""
