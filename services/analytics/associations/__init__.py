"""How leadership, relational capacity and the citizen's experience go together over many cases."""
