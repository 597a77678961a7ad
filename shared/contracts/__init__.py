"""What two services both see; each module is owned by the service that provides it."""
