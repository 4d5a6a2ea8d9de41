# SPDX-License-Identifier: Apache-2.0
"""What a virtual board is made of, out of the distribution's packages: downloaded and unpacked, never
installed. For another architecture than this machine's apt gets a state of its own, with the sources and
the keys of this machine: what is installed here is not touched. `Missing` says what cannot be had."""
import glob
import os
import re
import shutil
import subprocess


class Missing(Exception):
    """Something that the board is made of cannot be had here."""


def tool(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


def quiet(*argv, **more):
    return subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300, **more).stdout


class Packages:
    """Unpacks into folders of `cache`; what is there already is not downloaded again."""

    def __init__(self, cache, architecture):
        self._cache, self._architecture = os.path.abspath(cache), architecture
        self._environment = None  # of apt; None: not asked yet

    def unpacked(self, name, packages, with_dependencies=False):
        """The folder with these packages in it. `packages` is a list of names, or says it when called."""
        folder = os.path.join(self._cache, name)
        if os.path.isdir(folder):
            return folder
        part, downloads = folder + ".part", folder + ".debs"
        for each in (part, downloads):
            shutil.rmtree(each, ignore_errors=True)
            os.makedirs(each)
        try:
            tool("dpkg-deb")
            names = packages() if callable(packages) else packages
            if with_dependencies:
                names = self._closure(names)
            self._apt("apt-get", "-o", "APT::Sandbox::User=root", "download", *names, cwd=downloads)
            for package in glob.glob(downloads + "/*.deb"):
                quiet("dpkg-deb", "-x", package, part)
        except (subprocess.SubprocessError, OSError) as failed:
            said = (getattr(failed, "stderr", "") or str(failed)).strip().splitlines()
            raise Missing(f"packages for {self._architecture} cannot be downloaded: "
                          f"{said[-1] if said else failed}") from failed
        finally:
            shutil.rmtree(downloads, ignore_errors=True)
        os.rename(part, folder)
        return folder

    def newest_of(self, package, pattern):
        """The package that a metapackage stands for at present."""
        found = re.findall(rf"Depends: ({pattern})", self._apt("apt-cache", "depends", package))
        if not found:
            raise Missing(f"the package lists know no {package} for {self._architecture}: apt-get update")
        return found[0]

    def _closure(self, names):
        """They and all that they need, as on a machine on which nothing is installed."""
        said = self._apt("apt-get", "-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1",
                         "install", "--simulate", "--no-install-recommends", *names)
        return re.findall(r"^Inst (\S+)", said, re.M)

    def _apt(self, *argv, **more):
        tool(argv[0])
        if self._environment is None:
            self._environment = dict(os.environ, LC_ALL="C")
            if self._architecture != quiet(tool("dpkg"), "--print-architecture").strip():
                self._set_apart()
        return quiet(*argv, env=self._environment, **more)

    def _set_apart(self):
        state = os.path.join(self._cache, "apt")
        for folder in ("lists/partial", "archives/partial"):
            os.makedirs(os.path.join(state, folder), exist_ok=True)
        config = os.path.join(state, "apt.conf")
        with open(config, "w", encoding="utf-8") as out:
            # `#clear`: else this machine's own would be asked for, too.
            out.write(f'APT::Architecture "{self._architecture}";\n#clear APT::Architectures;\n'
                      f'APT::Architectures {{ "{self._architecture}"; }};\nDir::State "{state}";\n'
                      f'Dir::State::status "/dev/null";\nDir::Cache "{state}";\nAPT::Sandbox::User "root";\n')
        self._environment["APT_CONFIG"] = config
        quiet("apt-get", "update", "-qq", env=self._environment)
