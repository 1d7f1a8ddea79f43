"""Sign-in by the service of the house (OpenID Connect, code flow with PKCE). The library checks state, nonce and signature."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings

from sozialraum.web.accounts.models import Account

TIMEOUT = 10
SCOPE = "openid profile email"


def offered() -> bool:
    """Whether a service is set up."""
    return bool(settings.OIDC["issuer"] and settings.OIDC["client"])


def client() -> Any:
    """The service as the library knows it."""
    return _client(**settings.OIDC)


@cache
def _client(issuer: str, client: str, secret: str) -> Any:
    from authlib.integrations.django_client import OAuth

    return OAuth().register(
        "house",
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "default_timeout": TIMEOUT},
    )


def claims_of(request: Any) -> dict[str, Any]:
    """What the service says of who came back, in a word that it made for this server. Raises: many kinds of errors."""
    found = client()
    made_for_us = {
        "iss": {"essential": True, "value": found.load_server_metadata()["issuer"]},
        "aud": {"essential": True, "value": settings.OIDC["client"]},
    }
    claims: dict[str, Any] = found.authorize_access_token(request, claims_options=made_for_us)["userinfo"]
    return claims


def person(claims: dict[str, Any]) -> Account | None:
    """The account of the person whom the service names; nobody gets one by signing in.

    The first time an account is known by its sign-in name, which must be the address that the service has verified; from
    then on only by the service's own key, which is never given to another person.
    """
    subject = f"{claims['iss']}#{claims['sub']}"
    known = Account.objects.filter(subject=subject, is_active=True).first()
    if known is not None or claims.get("email_verified") is not True:
        return known
    login = str(claims.get("email", "")).lower()
    if not Account.objects.filter(login=login, is_active=True, subject=None).update(subject=subject):
        return None
    return Account.objects.filter(subject=subject).first()
