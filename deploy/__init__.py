"""How Samspil is started: images, compose, and the runner for one machine."""
