"""What the engine serves over HTTP: metrics and health."""
