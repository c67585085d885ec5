"""A day played over the public HTTP API, for demos and for trying changes out."""
