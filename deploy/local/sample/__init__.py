"""The sample study: simulated data of the published study's size, the same bytes everywhere."""
