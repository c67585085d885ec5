"""The settings of the private server."""

import os
from pathlib import Path
from typing import Final

#: Only part of the socket's name; said wherever PGPORT in somebody's shell might say another.
PORT: Final = 5432
SOCKET: Final = f".s.PGSQL.{PORT}"


def settings_text(socket_folder: Path, log_folder: Path, *, fsync: bool) -> str:
    """Return the server's settings; sized for a machine shared with the service itself."""
    ram_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    safe = "on" if fsync else "off"
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{min(512, ram_mb // 8)}MB",
        "effective_cache_size": f"{ram_mb // 2}MB",
        "maintenance_work_mem": f"{min(256, ram_mb // 16)}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",  # its start costs more than any of our queries takes
        "timezone": "UTC",
        "log_timezone": "UTC",
        # What was acknowledged is durable. Tests go without fsync, whose want only a crash of the
        # whole machine would show; a crash of the server loses nothing there either.
        "synchronous_commit": "on",
        "fsync": safe,
        "full_page_writes": safe,
        # A week of logs. No values in them: a failing row may hold a name or a telephone number.
        "logging_collector": "on",
        "log_directory": str(log_folder),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    quoted = ((name, value.replace("'", "''")) for name, value in settings.items())
    return "".join(f"{name} = '{value}'\n" for name, value in quoted)
