"""Charts of what has been released, as Vega-Lite specifications and as pictures; it releases nothing."""
