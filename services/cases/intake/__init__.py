"""Intake: what source systems send of their files, one by one, in batches and as nightly snapshots."""
