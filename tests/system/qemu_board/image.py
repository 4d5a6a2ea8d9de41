# SPDX-License-Identifier: Apache-2.0
"""What a virtual board boots: the distribution's own kernel and a small initramfs with busybox, dropbear
and the libraries that it names: this machine's where the board is like it, else out of their packages.
The rig brings its agent itself, over ssh."""
import glob
import gzip
import os
import re
import shutil
import stat
import subprocess

from packages import Missing, Packages, quiet, tool

FOLDERS = ("bin", "dev", "etc/dropbear", "lib", "proc", "var/root/.ssh", "run", "sys", "tmp",
           "var/lib/systemd/pstore", "var/log", "data", "spare", "mod")


def kernel(machine, packages):
    """The folder of the unpacked package: boot/vmlinuz-*, lib/modules/*."""
    return packages.unpacked("kernel", lambda: [packages.newest_of(machine.kernel, r"linux-image-\S+")])


def programs(machine, packages):
    """(the tree that they and their libraries lie in, busybox, dropbear)."""
    if not machine.foreign:
        return "/", tool("busybox"), tool("dropbear")
    tree = packages.unpacked("programs", ["busybox-static", "dropbear-bin"], with_dependencies=True)
    return tree, tree + "/bin/busybox", tree + "/usr/sbin/dropbear"


def in_order(tree, wanted):
    """(file of a module, its options), each behind those that it needs."""
    files = {os.path.basename(path).split(".ko")[0].replace("-", "_"): path
             for path in glob.glob(tree + "/lib/modules/*/kernel/**/*.ko*", recursive=True)}
    out = {}

    def add(name, options):
        path = files.get(name.replace("-", "_"))
        if path is None or path in out:
            return  # built in, or there
        needs = re.search(rb"\0depends=([^\0]*)\0", module(path))
        for need in needs.group(1).decode().split(",") if needs else ():
            if need:
                add(need, "")
        out[path] = options

    for words in wanted:
        name, _, options = words.partition(" ")
        add(name, options)
    return list(out.items())


def module(path):
    """A module's bytes; some distributions compress them."""
    if path.endswith(".xz"):
        return subprocess.run(["xz", "-dc", path], check=True, capture_output=True).stdout
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
    with open(path, "rb") as file:
        return file.read()


def libraries(tree, program):
    """What a dynamic program loads, its loader included: places below the tree."""
    out, ask = [], [program]
    while ask:
        said = quiet(tool("readelf"), "-Wld", ask.pop(), env=dict(os.environ, LC_ALL="C"))
        for name in re.findall(r"interpreter: (/\S+)\]|Shared library: \[(\S+)\]", said):
            places = [name[0]] if name[0] else [place for folder in ("lib", "usr/lib") for place in (
                *(os.path.relpath(found, tree) for found in glob.glob(f"{tree}/{folder}/*-linux-gnu/{name[1]}")),
                f"{folder}/{name[1]}")]
            place = next((p.lstrip("/") for p in places if os.path.exists(os.path.join(tree, p.lstrip("/")))), None)
            if place is None:
                raise Missing(f"{os.path.basename(program)} needs {name[0] or name[1]}, which is not in {tree}")
            if place not in out:
                out.append(place)
                ask.append(os.path.join(tree, place))
    return out


def cpio(root):
    """The folder as a newc archive, with everything owned by root."""
    def record(name, mode, data=b"", rdev=(0, 0)):
        record.inode += 1
        name = name.encode() + b"\0"
        head = "070701" + "".join(f"{field:08x}" for field in (
            record.inode, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(name), 0))
        out = head.encode() + name
        out += b"\0" * (-len(out) % 4) + data
        return out + b"\0" * (-len(data) % 4)

    record.inode = 0
    yield record("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    for folder, folders, files in os.walk(root):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                yield record(inside, mode, os.readlink(path).encode())
            elif stat.S_ISDIR(mode):
                yield record(inside, stat.S_IFDIR | 0o755)
            else:
                with open(path, "rb") as file:
                    yield record(inside, stat.S_IFREG | (0o600 if inside.endswith("_key") else mode & 0o755),
                                 file.read())
    yield record("TRAILER!!!", 0)


def put(file, inside):
    os.makedirs(os.path.dirname(inside), exist_ok=True)
    shutil.copyfile(os.path.realpath(file), inside)
    os.chmod(inside, 0o755)


def build(machine, cache, folder, authorized):
    """Makes folder/initramfs and returns (kernel, initramfs, host key as ssh writes it). `authorized`: the
    public key of whoever may log in, as soak and as root."""
    dropbearkey = tool("dropbearkey")
    packages = Packages(os.path.join(cache, machine.name), machine.debian)
    tree = kernel(machine, packages)
    there, busybox, dropbear = programs(machine, packages)
    root = os.path.join(folder, "root")
    for name in FOLDERS:
        os.makedirs(os.path.join(root, name), exist_ok=True)
    put(busybox, root + "/bin/busybox")
    put(dropbear, root + "/bin/dropbear")
    for library in libraries(there, dropbear):
        put(os.path.join(there, library), os.path.join(root, library))
    with open(root + "/mod/order", "w", encoding="utf-8") as order:
        for path, options in in_order(tree, machine.modules):
            name = os.path.basename(path).split(".ko")[0] + ".ko"
            with open(f"{root}/mod/{name}", "wb") as out:
                out.write(module(path))
            order.write(f"{name} {options}".rstrip() + "\n")
    shutil.copyfile(os.path.join(os.path.dirname(__file__), "init.sh"), root + "/init")
    os.chmod(root + "/init", 0o755)
    key = root + "/etc/dropbear/host_key"
    public = re.search(r"^(ssh-ed25519 \S+)", quiet(dropbearkey, "-t", "ed25519", "-f", key), re.M).group(1)
    write = {"etc/passwd": "root:x:0:0:root:/var/root:/bin/sh\nsoak:x:1000:1000:soak:/data/soak:/bin/sh\n",
             "etc/group": "root:x:0:\nsoak:x:1000:\n", "etc/shells": "/bin/sh\n",
             "etc/os-release": 'PRETTY_NAME="soakrig test board"\n', "var/root/.ssh/authorized_keys": authorized}
    for name, text in write.items():
        with open(os.path.join(root, name), "w", encoding="utf-8") as out:
            out.write(text)
    initramfs = os.path.join(folder, "initramfs")
    with gzip.open(initramfs, "wb", compresslevel=1) as out:
        for record in cpio(root):
            out.write(record)
    shutil.rmtree(root)
    return glob.glob(tree + "/boot/vmlinuz-*")[0], initramfs, public


def disk(path, megabytes):
    """An empty file system on a file."""
    with open(path, "wb") as out:
        out.truncate(megabytes << 20)
    quiet(tool("mkfs.ext4"), "-q", "-F", "-E", "lazy_itable_init=1,root_owner=0:0", path)


def device_tree(machine, folder, argv):
    """The emulator's own for this command line, with what the board adds to it; its path."""
    made = os.path.join(folder, "emulator.dtb")
    argv = list(argv)
    argv[argv.index("-M") + 1] += f",dumpdtb={made}"
    quiet(*argv)
    source, out = os.path.join(folder, "board.dts"), os.path.join(folder, "board.dtb")
    with open(source, "w", encoding="utf-8") as text:
        text.write(quiet(tool("dtc"), "-q", "-I", "dtb", "-O", "dts", made))
        with open(os.path.join(os.path.dirname(__file__), machine.device_tree), encoding="utf-8") as more:
            text.write(more.read())
    quiet(tool("dtc"), "-q", "-I", "dts", "-O", "dtb", "-o", out, source)
    return out
