"""What a build does: compile data/, so that no wheel carries stale knowledge, and the C of speedups/, where that is possible."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SPEEDUPS = Path("antifraud_cli/speedups")
WANTED = "ANTIFRAUD_NATIVE"
"""Environment variable: 1 fails a build without the compiled module, 0 builds without it; otherwise it is tried."""


class Compile(BuildHookInterface):
    """Runs before the files of a wheel are collected; a fault in data/ stops the build with file, line and key."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write antifraud_cli/_compiled/ and compile speedups/; an editable install compiles its data on first use."""
        if self.target_name != "wheel":
            return
        if version == "editable":
            self._compile_in_place()
            return
        self._compile_data()
        self._scratch = tempfile.TemporaryDirectory()
        module = compiled_module(Path(self.root), Path(self._scratch.name))
        if module is not None:
            build_data["force_include"][str(module)] = (SPEEDUPS / module.name).as_posix()
            build_data["pure_python"] = False
            # The C keeps to the stable interface, so one wheel serves every Python from 3.10 on.
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"cp310-abi3-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was only on its way into the wheel."""
        if self.target_name == "wheel" and version != "editable":
            self._scratch.cleanup()

    def _compile_data(self) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from antifraud_cli.knowledge import compiler

            target = root / "antifraud_cli" / "_compiled"
            shutil.rmtree(target, ignore_errors=True)  # an earlier compilation must not travel along
            compiler.write(root / "data", target)
        finally:
            sys.path.remove(str(root))

    def _compile_in_place(self) -> None:
        folder = Path(self.root) / SPEEDUPS
        for old in [*folder.glob("_native*.so"), *folder.glob("_native*.pyd")]:
            old.unlink()
        with tempfile.TemporaryDirectory() as scratch:
            module = compiled_module(Path(self.root), Path(scratch))
            if module is not None:
                shutil.copy(module, folder)


def compiled_module(root: Path, folder: Path) -> Path | None:
    """Compile the C of speedups/ into `folder`; None where it is not wanted, or there is no compiler or no headers."""
    wanted = os.environ.get(WANTED, "")
    has_stable_interface = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    if wanted == "0" or not (has_stable_interface or wanted == "1"):
        return None
    try:
        return _compile(root, folder)
    except (Exception, SystemExit) as error:  # whatever a compiler that is not there may end in
        if wanted == "1":
            raise
        print(f"built without the compiled module, so batch is slower: {error}", file=sys.stderr)  # noqa: T201
        return None


def _compile(root: Path, folder: Path) -> Path:
    from setuptools import Distribution, Extension

    # No fused multiplication: sums have to come out as they do in Python, to the last bit.
    arguments = ["/std:c11", "/fp:precise"] if sys.platform == "win32" else ["-std=c11", "-O2", "-ffp-contract=off"]
    mathematics = [] if sys.platform == "win32" else ["m"]
    sources = [str(path) for path in sorted((root / SPEEDUPS).glob("*.c"))]
    extension = Extension("_native", sources, extra_compile_args=arguments, libraries=mathematics, py_limited_api=True)
    command = Distribution({"name": "antifraud-cli", "ext_modules": [extension]}).get_command_obj("build_ext")
    command.build_lib = command.build_temp = str(folder)
    command.ensure_finalized()
    command.run()
    return Path(command.get_ext_fullpath("_native"))
