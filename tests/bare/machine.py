"""A bare Debian 12: a root file system, and commands that run inside it.

Each command has a mount and a process namespace of its own. The kernel
undoes the mounts and ends the processes with the namespace, however the
command or these tests end.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
PROGRAMS = ("debootstrap", "unshare", "setpriv", "chroot")
USER = "newcomer"
BOOTSTRAP_SECONDS = 900
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ARCHIVES = Path("/var/cache/apt/archives")  # the host's packages, if any
# How this machine reaches registries; all else is as a newcomer has it.
HANDED_ON = ("PIP_", "http_", "https_", "no_", "HTTP_", "HTTPS_", "NO_")
COPIED = (
    "/etc/apt/sources.list.d/debian.sources",
    "/etc/apt/sources.list",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/resolv.conf",
    "/etc/ssl/certs/ca-certificates.crt",
)
ALONE = [
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"),
    "--mount-proc",
]
ENTER = """
set -eu
root=$1 archives=$2 user=$3 hidden=$4 command=$5
shift 5
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
[ ! -d "$archives" ] || mount --bind "$archives" "$root/mnt"
for program in $hidden; do mount --bind /dev/null "$root/$program"; done
exec chroot --userspec="$user:$user" "$root" env -i "$@" sh -c "$command"
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, with all that it printed."""

    status: int
    output: str


def lacking():
    """Return why no root file system can be made here, ``""`` if one can."""
    if os.geteuid() != 0:
        return "a bare Debian needs root"
    for program in PROGRAMS:
        if not shutil.which(program):
            return f"{program} is missing; run: apt-get install debootstrap"
    if (tried := run([*ALONE, "true"], 30)).status:
        return f"no namespace of our own: {tried.output.strip()}"
    return ""


@contextlib.contextmanager
def bare(*packages):
    """Make a root file system with a user, and remove it again."""
    # Not below /tmp, which may be too small or bar devices and programs.
    folder = Path(tempfile.mkdtemp(prefix="ftc-bare-", dir="/var/tmp"))
    folder.chmod(0o755)  # it is the root of other users, too
    try:
        machine = Machine(folder)
        machine.install(packages)
        yield machine
    finally:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8")
        assert str(folder) not in mounts, "mounts are left; nothing removed"
        shutil.rmtree(folder)


class Machine:
    """A root file system, and what a newcomer does in it."""

    def __init__(self, root):
        self.root = root

    def install(self, packages):
        """Install the smallest Debian, with the way to its registries."""
        # What is thrown away needs not reach the disk.
        self.write("/etc/dpkg/dpkg.cfg.d/quick", "force-unsafe-io\n")
        words = ["debootstrap", "--variant=minbase"]
        words += [f"--include={','.join(packages)}"]
        done = run(
            [*ALONE, *words, SUITE, str(self.root), mirror()],
            BOOTSTRAP_SECONDS,
        )
        assert done.status == 0, done.output[-3000:]
        self.write("/etc/apt/sources.list", "")
        for file in filter(os.path.isfile, COPIED):
            self.path(file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, self.path(file))
        self.link_archives()
        for user in (USER, "root"):
            self.path(f"/srv/{user}").mkdir()
        made = self.sh(f"useradd -d /srv/{USER} {USER}", seconds=60)
        assert made.status == 0, made.output

    def link_archives(self):
        """Spare the machine the downloads that this one has made."""
        for file in ARCHIVES.glob("*.deb"):
            with contextlib.suppress(FileExistsError):
                self.path(file).symlink_to(f"/mnt/{file.name}")

    def path(self, inside):
        """Return where a file of the machine lies outside of it."""
        return self.root / str(inside).lstrip("/")

    def write(self, inside, text):
        self.path(inside).parent.mkdir(parents=True, exist_ok=True)
        self.path(inside).write_text(text, "utf-8")

    def check_out(self, user):
        """Give a user the files of this checkout; return where they are."""
        project = self.path(f"/srv/{user}/project")
        for name in filter(None, tracked()):
            if (ROOT / name).is_file():
                (project / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, project / name)
        owned = self.sh(f"chown -R {user}: /srv/{user}", seconds=60)
        assert owned.status == 0, owned.output
        return project

    def sh(self, command, *, user="root", seconds, hidden=(), **variables):
        """Run a command line as a user, in the user's checkout if any.

        Args:
            command: The command line.
            user: Who runs it.
            seconds: How long it may take.
            hidden: Programs that are not there for it.
            **variables: More for the environment.
        """
        home = f"/srv/{user}"
        environ = {
            **{k: v for k, v in os.environ.items() if k.startswith(HANDED_ON)},
            "PATH": PATH,
            "HOME": home,
            "LANG": "C.UTF-8",
            **variables,
        }
        folder = f"{home}/project"
        there = self.path(folder).is_dir()
        words = [str(self.root), str(ARCHIVES), user, " ".join(hidden)]
        words += [f"cd {folder if there else '/'} && {command}"]
        words += [f"{name}={value}" for name, value in environ.items()]
        return run([*ALONE, "sh", "-c", ENTER, "sh", *words], seconds)


def mirror():
    """Return this machine's own mirror of Debian, else everybody's."""
    for file in COPIED[:2]:
        with contextlib.suppress(OSError):
            for line in Path(file).read_text("utf-8").splitlines():
                if line.startswith(("URIs:", "deb ")):
                    return next(w for w in line.split() if "://" in w)
    return MIRROR


def tracked():
    """Return the names of the files that a clone would have."""
    done = subprocess.run(
        # Root asks about a checkout that may be another user's.
        [
            *("git", "-c", "safe.directory=*"),
            *("ls-files", "-z", "-co", "--exclude-standard"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split("\0")


def run(words, seconds):
    """Run a command to its end; what takes longer is ended and fails."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(30)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    assert status is not None, f"not over after {seconds} s:\n{text[-3000:]}"
    return Done(status, text)
