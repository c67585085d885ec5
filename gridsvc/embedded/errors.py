"""What can keep the private database from being used."""


class ClusterError(Exception):
    """The private database cannot be used; the message says why and what to do."""


class NoServer(ClusterError):
    """No PostgreSQL with PostGIS of a usable version is installed."""


class OtherMajor(ClusterError):
    """The data were made by a major version of PostgreSQL that is not installed."""


class Unreachable(ClusterError):
    """The owner of the database cannot reach any folder to keep it in."""
