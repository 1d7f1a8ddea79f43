"""What the database keeps of people: accounts, roles with their bounds, proposals, one-time links, and the log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from sozialraum.web.accounts import place
from sozialraum.web.accounts.rights import Held, Right, Role, allowed, allowed_everywhere


class Accounts(BaseUserManager):
    """All accounts, read with their roles."""

    def get_queryset(self) -> Any:
        """Accounts with their roles in a second query, however many there are."""
        return super().get_queryset().prefetch_related("grants")

    def create(self, login: str, name: str = "", password: str | None = None) -> Account:
        """A new account; without a password nobody can sign in with one. The sign-in name is kept in small letters."""
        made: Account = self.model(login=login.strip().lower(), name=name.strip() or login.strip())
        made.set_password(password)
        made.save(using=self._db)
        return made


class Account(AbstractBaseUser):
    """A person of the house."""

    login = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)
    subject = models.CharField(max_length=300, unique=True, null=True)
    """Who the person is for the sign-in service of the house, where there is one: issuer and its own key."""
    second = models.TextField(blank=True, default="")
    """The secret of the second factor, encrypted; empty until it is set up."""
    step = models.BigIntegerField(default=0)
    """The last half minute whose code was used: no code works twice."""
    codes = models.JSONField(default=list, blank=True)
    """Fingerprints of the recovery codes that are left."""
    last_login = None

    USERNAME_FIELD = "login"
    objects = Accounts()

    class Meta:
        """By name."""

        ordering = ("name", "pk")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def held(self) -> list[Held]:
        """The roles that hold in the workspace that is served."""
        return [one.held for one in self.held_here]

    @property
    def held_here(self) -> list[Grant]:
        """The same as they are kept."""
        here = place.name()
        return [one for one in self.grants.all() if one.workspace in ("", here)]

    def may(self, right: Right, field: str = "", places: Collection[str] = ()) -> bool:
        """Whether the person may do that, in a field and at a place where these are named."""
        return allowed(self.held, right, field, places)

    def may_everywhere(self, right: Right) -> bool:
        """Whether the person may do that in all fields and areas."""
        return allowed_everywhere(self.held, right)


class Grant(models.Model):
    """A role that a person holds, in one workspace or in all, for some fields and areas or for all."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=[(one.value, one.value) for one in Role])
    workspace = models.CharField(max_length=100, blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    areas = models.JSONField(default=list, blank=True)

    class Meta:
        """In the order they were given."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.role)

    @property
    def held(self) -> Held:
        """The role as the rights know it."""
        return Held(Role(self.role), frozenset(self.fields), frozenset(self.areas))


class Proposal(models.Model):
    """What one administrator asks for and another one has to confirm; `role` and its bounds for the kind `role` only."""

    kind = models.CharField(max_length=12)  # role, access, opening
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="proposals")
    by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=30, blank=True, default="")
    workspace = models.CharField(max_length=100, blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    areas = models.JSONField(default=list, blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """The oldest first."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.role}".strip()


class House(models.Model):
    """The workspace that a database belongs to: one row."""

    workspace = models.CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.workspace)


class Invitation(models.Model):
    """A link that works once: to set the first password, or another one. Only its fingerprint is kept."""

    fingerprint = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="invitations")
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.expires)


class Attempt(models.Model):
    """A try to sign in, for a quarter of an hour; the key is a fingerprint of an account or of an address."""

    key = models.CharField(max_length=32, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.key)


class Entry(models.Model):
    """One line of the log: who saw or did what, and when. Lines are added and never changed; they hold no figures."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    name = models.CharField(max_length=150, blank=True)
    act = models.CharField(max_length=60, db_index=True)
    about = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=20, default="done")

    class Meta:
        """The newest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.act} {self.about} {self.outcome}"
