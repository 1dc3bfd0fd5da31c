"""Compile data/ when a wheel is built, so that the wheel never carries stale knowledge."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface):
    """Runs before the files of a wheel are collected; a fault in data/ stops the build with file, line and key."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write antifraud_cli/_compiled/. An editable install needs none: it compiles on first use."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from antifraud_cli.knowledge import compiler

            target = root / "antifraud_cli" / "_compiled"
            shutil.rmtree(target, ignore_errors=True)  # an earlier compilation must not travel along
            compiler.write(root / "data", target)
        finally:
            sys.path.remove(str(root))
