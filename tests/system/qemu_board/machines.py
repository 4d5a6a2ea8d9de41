# SPDX-License-Identifier: Apache-2.0
"""What differs between the virtual boards by their architecture, and nothing else."""
import dataclasses
import os
import platform

MEMORY_MB = 256
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str            # as `uname -m` says
    debian: str          # the architecture of its packages
    kernel: str          # the metapackage
    emulator: str
    arguments: tuple     # of the emulator
    console: str         # of its kernel
    kernel_words: str    # besides those that all have
    modules: tuple       # that are not built in, with their options; what each needs in turn is looked up
    device_tree: str = ""  # a file beside this one, added to the tree that the emulator makes

    @property
    def foreign(self):
        return platform.machine() != self.name


# Both: a disk, a network card, a watchdog.
COMMON = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic", "e1000", "i6300esb")

# The last words of its kernel are kept in memory that survives a reset: here at this address.
RAMOOPS = 0xf000000

X86_64 = Machine(
    name="x86_64", debian="amd64", kernel="linux-image-amd64", emulator="qemu-system-x86_64",
    arguments=("-cpu", "max"), console="ttyS0,115200",
    # An emulated TSC that was measured on a busy host runs at any speed.
    kernel_words=f"memmap=512K${RAMOOPS:#x} no_timer_check mitigations=off nokaslr clocksource=hpet tsc=unstable",
    modules=COMMON + ("i2c-stub chip_addr=0x48,0x49", "lm75",
                      f"ramoops mem_address={RAMOOPS:#x} mem_size=0x80000 record_size=0x10000 "
                      "console_size=0x10000"))

# Its temperature is the real driver of a Raspberry Pi 4 on a register that lies in memory, where the
# emulator puts a value at each reset; its clock is the generic driver's, with one operating point.
REGISTERS = 0x4fe00000  # as aarch64.dts says
TEMPERATURE = REGISTERS + 0x200


def temperature_word(celsius):
    """What the sensor's register holds at that temperature: its slope and offset, its two valid bits."""
    return round((410040 - 1000 * celsius) / 487) | 1 << 16 | 1 << 10


AARCH64 = Machine(
    name="aarch64", debian="arm64", kernel="linux-image-arm64", emulator="qemu-system-aarch64",
    arguments=("-M", "virt", "-cpu", "max,pauth-impdef=on", "-device",
               f"loader,addr={TEMPERATURE:#x},data={temperature_word(45):#x},data-len=4"),
    console="ttyAMA0,115200", kernel_words="mitigations=off nokaslr",
    modules=COMMON + ("bcm2711_thermal", "cpufreq-dt", "ramoops"), device_tree="aarch64.dts")
