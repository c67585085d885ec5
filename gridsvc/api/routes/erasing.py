"""`/officers/{id}/person` and `/accounts/{id}`: who somebody was, to be erased."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from gridsvc.api.problems import PROBLEMS
from gridsvc.api.security import ContextDep, require
from gridsvc.core.actor import Actor
from gridsvc.core.permission import Permission
from gridsvc.services import erasing

router = APIRouter(tags=["erasing"], responses=PROBLEMS)
Admin = Annotated[Actor, require(Permission.ACCOUNT_ADMIN)]


@router.delete(
    "/officers/{officer_id}/person",
    operation_id="eraseOfficer",
    status_code=status.HTTP_204_NO_CONTENT,
)
def delete_person(
    officer_id: Annotated[int, Path(ge=1, le=2**62)], actor: Admin, ctx: ContextDep
) -> None:
    """Erase the name and number of an officer who holds no post, and close their account.

    Every event, decision and task stays, and points at an id.
    """
    erasing.erase_officer(ctx, actor, officer_id)


@router.delete(
    "/accounts/{account_id}", operation_id="eraseResident", status_code=status.HTTP_204_NO_CONTENT
)
def delete_account(account_id: UUID, _: Admin, ctx: ContextDep) -> None:
    """Erase a resident's login and password; what they reported stays, and points at nobody."""
    erasing.erase_resident(ctx, account_id)
