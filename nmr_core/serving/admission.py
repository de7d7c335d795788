"""Whether a person whom a login service vouches for may come in, and as what."""

from collections.abc import Mapping
from typing import Any

from nmr_core.serving.config import Provider


def groups(provider: Provider, claims: Mapping[str, Any]) -> set[str]:
    """Groups of a person; empty where the service sends none."""
    value = claims.get(provider.groups_claim)
    if isinstance(value, str):
        value = [value]
    return {str(group) for group in value} if isinstance(value, list) else set()


def refusal(provider: Provider, claims: Mapping[str, Any]) -> str:
    """Why a person may not come in, as a sentence; "" if the person may.

    Parameters
    ----------
    provider : Provider
        The login service.
    claims : mapping
        What it says of the person, after its signature was verified.
    """
    if provider.groups and not set(provider.groups) & groups(provider, claims):
        return "Your account is in none of the groups that may use this server."
    if not provider.domains:
        return ""
    email = str(claims.get("email", ""))
    if email.rpartition("@")[2].lower() not in {domain.lower() for domain in provider.domains}:
        return "Your e-mail address is in none of the domains that may use this server."
    if claims.get("email_verified") is not True:
        return f"{provider.title} has not verified your e-mail address. Verify it there first."
    return ""


def is_admin(provider: Provider, claims: Mapping[str, Any]) -> bool | None:
    """Whether a person is in a group of administrators; None where no group makes one."""
    if not provider.admin_groups:
        return None
    return bool(set(provider.admin_groups) & groups(provider, claims))
