# SPDX-License-Identifier: Apache-2.0
"""What a virtual board boots: the distribution's own kernel, out of its package and not installed, and a
small initramfs. Nothing but programs of this machine goes into it: busybox, dropbear and the libraries
that it names; the rig brings its agent itself, over ssh. `Missing` says what this machine lacks."""
import glob
import gzip
import os
import re
import shutil
import stat
import subprocess

PACKAGE = "linux-image-amd64"
# What the board needs of the kernel that is not built in; what each needs in turn is looked up.
MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic", "e1000", "i2c-stub", "lm75", "ramoops",
           "i6300esb")
FOLDERS = ("bin", "dev", "etc/dropbear", "lib", "proc", "var/root/.ssh", "run", "sys", "tmp",
           "var/lib/systemd/pstore", "var/log", "data", "spare", "mod")


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


def kernel(cache):
    """The folder of the unpacked package: boot/vmlinuz-*, lib/modules/*."""
    unpacked = os.path.join(cache, "kernel")
    if glob.glob(unpacked + "/boot/vmlinuz-*"):
        return unpacked
    tool("apt-get")
    tool("dpkg-deb")
    try:
        depends = re.findall(r"Depends: (linux-image-\S+)", quiet("apt-cache", "depends", PACKAGE))
        if not depends:
            raise Missing(f"the package lists know no {PACKAGE}: apt-get update")
        quiet("apt-get", "download", depends[0], cwd=cache)
        package = glob.glob(f"{cache}/{depends[0]}_*.deb")[0]
        shutil.rmtree(unpacked + ".part", ignore_errors=True)
        quiet("dpkg-deb", "-x", package, unpacked + ".part")
    except (subprocess.SubprocessError, OSError, IndexError) as failed:
        said = (getattr(failed, "stderr", "") or str(failed)).strip().splitlines()
        raise Missing(f"the kernel package cannot be downloaded: {said[-1] if said else failed}") from failed
    os.remove(package)
    os.rename(unpacked + ".part", unpacked)
    return unpacked


def in_order(tree, names):
    """Files of modules, each behind those that it needs."""
    files = {os.path.basename(path).split(".ko")[0].replace("-", "_"): path
             for path in glob.glob(tree + "/lib/modules/*/kernel/**/*.ko*", recursive=True)}
    out = []

    def add(name):
        path = files.get(name.replace("-", "_"))
        if path is None:
            return  # built in
        needs = re.search(rb"\0depends=([^\0]*)\0", module(path))
        for need in needs.group(1).decode().split(",") if needs else ():
            if need:
                add(need)
        if path not in out:
            out.append(path)

    for name in names:
        add(name)
    return out


def module(path):
    """A module's bytes; some distributions compress them."""
    if path.endswith(".xz"):
        return subprocess.run(["xz", "-dc", path], check=True, capture_output=True).stdout
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
    with open(path, "rb") as file:
        return file.read()


def libraries(program):
    """What a dynamic program loads, its loader included."""
    said = quiet(tool("ldd"), program)
    return re.findall(r"(/\S+) \(0x", said)


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


def build(cache, folder, authorized):
    """Makes folder/initramfs and returns (kernel, initramfs, host key as ssh writes it). `authorized`: the
    public key of whoever may log in, as soak and as root."""
    busybox, dropbear, dropbearkey = tool("busybox"), tool("dropbear"), tool("dropbearkey")
    tree = kernel(cache)
    root = os.path.join(folder, "root")
    for name in FOLDERS:
        os.makedirs(os.path.join(root, name), exist_ok=True)
    for program in (busybox, dropbear):
        for file in (program, *libraries(program)) if program != busybox else (program,):
            inside = root + (file if file != program else "/bin/" + os.path.basename(program))
            os.makedirs(os.path.dirname(inside), exist_ok=True)
            shutil.copyfile(os.path.realpath(file), inside)
            os.chmod(inside, 0o755)
    order = []
    for path in in_order(tree, MODULES):
        order.append(os.path.basename(path).split(".ko")[0] + ".ko")
        with open(f"{root}/mod/{order[-1]}", "wb") as out:
            out.write(module(path))
    with open(root + "/mod/order", "w", encoding="utf-8") as out:
        out.write("\n".join(order) + "\n")
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
