"""`python -m gridsvc` is the `gridsvc` command."""

from gridsvc.cli import app

if __name__ == "__main__":
    app(prog_name="gridsvc")
