"""Stamps: how often each kind of reference data has changed."""

from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.store.tables.row import Row


class ChangeStampRow(Row):
    """The count of transactions that changed one kind of data; triggers keep it.

    It changes in the transaction that changes the data, so that who reads the stamp first and
    the data afterwards never takes old data for new ones.
    """

    __tablename__ = "change_stamp"

    kind: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
