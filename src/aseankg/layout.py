"""Where the project's files lie: the inputs in a checkout or inside an installed wheel, and the builds.

Not here: what the files hold.
"""

from __future__ import annotations

from pathlib import Path

from aseankg.errors import ConfigurationError
from aseankg.settings import Settings

__all__ = ["build_folder", "find_checkout", "resources", "state_folder"]

_PACKAGE = Path(__file__).parent


def find_checkout() -> Path | None:
    """Return the root of the checkout this package runs from, or None for an installed wheel."""
    root = _PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "ontology").is_dir() else None


def resources() -> Path:
    """Return the folder that holds ontology/, data/ and queries/."""
    packed = _PACKAGE / "resources"
    root = packed if packed.is_dir() else find_checkout()
    if root is None:
        raise ConfigurationError(f"No ontology/, data/ and queries/ beside {_PACKAGE}: reinstall aseankg.")
    return root


def build_folder(settings: Settings) -> Path:
    """Return the folder of the builds: the setting, else build/ of the checkout, else the user's cache."""
    if settings.build_dir:
        return Path(settings.build_dir)
    checkout = find_checkout()
    if checkout is not None:
        return checkout / "build"
    import platformdirs  # only an installed wheel needs it

    return platformdirs.user_cache_path("aseankg") / "build"


def state_folder(settings: Settings) -> Path:
    """Return the folder of what users leave behind: the setting, else state/ of the checkout, else the user's."""
    if settings.state_dir:
        return Path(settings.state_dir)
    checkout = find_checkout()
    if checkout is not None:
        return checkout / "state"
    import platformdirs  # only an installed wheel needs it

    return platformdirs.user_state_path("aseankg")
