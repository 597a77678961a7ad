"""The clock: what happens to rounds by itself, because its time has come or its case has ended."""
