"""HTTP: routes, problems, security, the stream and tiles; everything else is in services."""
