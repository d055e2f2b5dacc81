"""The skills that a server shows, and where the files of each are."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

from ..server.problems import Problem
from ..server.settings import SettingsError

logger = logging.getLogger(__name__)


class Skill:
    """One skill; ``folder`` is the directory with its files, empty when it has none."""

    __slots__ = ("folder", "name")

    def __init__(self, name: str, folder: str = "") -> None:
        """``name`` can be the name of a folder."""
        self.name = name
        self.folder = folder


class Catalogue:
    """The skills by name. With ``root`` the files of each are in the folder of its name there."""

    def __init__(self, skills: Sequence[Skill], root: str = "") -> None:
        """Log the skills whose files are not there; raises ``SettingsError`` when ``root`` itself is not."""
        if root and not os.path.isdir(root):
            raise SettingsError("--skills names no folder that is there")
        self._folders = {
            skill.name: os.path.join(root, skill.name) if root else skill.folder
            for skill in skills
        }
        for name, folder in self._folders.items():
            if folder and not os.path.isdir(folder):
                logger.warning("there is no folder %s with files of %s", folder, name)

    def folder(self, name: str) -> str:
        """The folder of a skill; raises ``Problem`` 404 when there is no such skill or folder."""
        folder = self._folders.get(name)
        if folder is None:
            raise Problem(404, "There is no such skill.")
        if not folder or not os.path.isdir(folder):
            raise Problem(404, "This skill has no files.")
        return folder
