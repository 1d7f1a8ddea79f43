"""Django's settings. What differs between places comes from the environment; public pages need no secret and no database."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

DEBUG = False
ALLOWED_HOSTS = [one for one in os.environ.get("SOZIALRAUM_HOSTS", "localhost,127.0.0.1").split(",") if one]
SOZIALRAUM_WORKSPACE = os.environ.get("SOZIALRAUM_WORKSPACE", ".")
ROOT_URLCONF = "sozialraum.web.urls"
INSTALLED_APPS = ["sozialraum.web.figures"]
MIDDLEWARE = ["sozialraum.web.headers.headers"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"builtins": ["sozialraum.web.tags"], "context_processors": []},
    }
]
USE_I18N = False  # texts come from the project's own wordings, which command line and reports share
USE_TZ = True
APPEND_SLASH = True
PREPEND_WWW = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # nothing public is uploaded
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "sozialraum": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
