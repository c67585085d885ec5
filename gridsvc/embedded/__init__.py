"""A private PostgreSQL + PostGIS cluster, for when no database is given."""

from gridsvc.embedded.cluster import EmbeddedCluster
from gridsvc.embedded.errors import ClusterError, NoServer, OtherMajor, Unreachable

__all__ = ["ClusterError", "EmbeddedCluster", "NoServer", "OtherMajor", "Unreachable"]
