"""What the merged document promises, tried by Schemathesis on every operation, through the gateway."""
