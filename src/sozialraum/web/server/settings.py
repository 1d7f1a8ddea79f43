"""Django's settings. What differs between places comes from the environment; public pages need no account and no database."""

import os
from pathlib import Path

from sozialraum.web.accounts.database import SETTING, database, secret
from sozialraum.web.server import logs
from sozialraum.web.server.lean import without_admin

without_admin()

HERE = Path(__file__).resolve().parents[1]

DEBUG = False
ALLOWED_HOSTS = [one for one in os.environ.get("SOZIALRAUM_HOSTS", "localhost,127.0.0.1").split(",") if one]
SOZIALRAUM_WORKSPACE = os.environ.get("SOZIALRAUM_WORKSPACE", ".")
ROOT_URLCONF = "sozialraum.web.urls"
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django_tasks_db",
    "sozialraum.web.figures",
    "sozialraum.web.accounts",
    "sozialraum.web.desk",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MIDDLEWARE = [
    "sozialraum.web.server.metering.metered",
    "sozialraum.web.server.headers.headers",
    "sozialraum.web.accounts.gate.Gate",
]
SECRET_KEY = os.environ.get("SOZIALRAUM_SECRET") or secret(Path(SOZIALRAUM_WORKSPACE))
DATABASES = {"default": database(Path(SOZIALRAUM_WORKSPACE), os.environ.get(SETTING, ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
HTTPS = os.environ.get("SOZIALRAUM_HTTPS", "") == "1"
"""Whether a proxy before this server speaks https to the browser; then cookies go no other way."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sozialraum_session"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-form" if HTTPS else "sozialraum_form"
CSRF_COOKIE_AGE = None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
OIDC = {name: os.environ.get(f"SOZIALRAUM_OIDC_{name.upper()}", "") for name in ("issuer", "client", "secret")}
"""The sign-in service of the house; without an issuer there is none."""
CSRF_FAILURE_VIEW = "sozialraum.web.accounts.frame.forged"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"builtins": ["sozialraum.web.tags"], "context_processors": []},
    }
]
USE_I18N = False  # texts come from the project's own wordings, which command line and reports share
USE_TZ = True
TIME_ZONE = "Europe/Berlin"  # of the log and of what it shows; the database keeps UTC
PREPEND_WWW = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # texts of forms; files go to the inbox, and only from people who may deliver
FILE_UPLOAD_HANDLERS = ["sozialraum.web.desk.receiving.Inbox"]
LOGGING = logs.settings()
