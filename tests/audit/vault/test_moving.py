"""What goes into a vault comes back exactly; what could not is refused, and nothing is changed then."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from eclosion.audit.vault import Vault, add, create_vault, open_vault, recover, restore, show
from eclosion.audit.vault.disk import Disk
from eclosion.audit.vault.errors import (
    CannotTake,
    Changed,
    Damaged,
    InTheWay,
    NoSuchItem,
    NoVault,
    RecipientsChanged,
    VaultBusy,
    VaultExists,
    VaultUnsafe,
    WrongIdentity,
    WrongPassphrase,
)
from eclosion.audit.vault.keeping import change_passphrase, examine, look
from eclosion.audit.vault.proving import files_of, try_all, whose
from eclosion.audit.vault.sealing import new_identity
from tests.audit.vault.conftest import PASSPHRASE, Owned
from tests.audit.vault.snapshot import snapshot
from tests.audit.vault.trees import MARK, plant
from tests.audit.vault.wrapping import wrap_cheaply


def test_everything_comes_back_exactly(owned: Owned) -> None:
    paths = plant(str(owned.home))
    before = snapshot(str(owned.home))
    done = add(owned.vault, paths, at_ms=1)
    assert done.item is not None
    assert done.item.files == 6
    assert snapshot(str(owned.home)) == {}
    for place, _, names in os.walk(owned.vault.path):
        assert not any(MARK in (Path(place) / name).read_bytes() for name in names)
    restore(owned.vault, done.item.id, owned.identity)
    assert snapshot(str(owned.home)) == before
    assert look(owned.vault).items == []


def test_moving_again_changes_nothing(owned: Owned) -> None:
    path = owned.write(".env")
    add(owned.vault, [path], at_ms=1)
    before = snapshot(owned.vault.path)
    assert add(owned.vault, [path], at_ms=2) == (None, (path,), ())
    assert snapshot(owned.vault.path).keys() == before.keys()
    restore(owned.vault, path, owned.identity)
    with pytest.raises(NoSuchItem):
        restore(owned.vault, path, owned.identity)


def test_nobody_can_open_what_was_moved(owned: Owned) -> None:
    path = owned.write(".env")
    files, identity = files_of([path]), whose(path)
    assert try_all(files, identity).opened == {path}
    add(owned.vault, [path], at_ms=1)
    assert try_all(files, identity).opened == frozenset()


@pytest.mark.parametrize("kind", ["link", "socket", "names", "vault", "home", "none"])
def test_what_could_not_come_back_is_refused(
    kind: str, owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = owned.write("folder/secret")
    folder = os.path.dirname(path)
    monkeypatch.setenv("HOME", str(owned.home))
    named = folder
    if kind == "link":
        named = str(owned.home / "link")
        os.symlink(folder, named)
    elif kind == "socket":
        monkeypatch.chdir(folder)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    elif kind == "names":
        os.link(path, owned.home / "elsewhere")
    elif kind == "vault":
        named = os.path.join(owned.vault.path, "items")
    elif kind == "home":
        named = str(owned.home)
    else:
        named = str(owned.home / "nothing")
    before = snapshot(str(owned.home))
    with pytest.raises(CannotTake):
        add(owned.vault, [named], at_ms=1)
    assert snapshot(str(owned.home)) == before
    assert recover(owned.vault) == []
    assert look(owned.vault) == ([], [], look(owned.vault).recipients)


class Meddling(Disk):
    """Does something to the disk at the first call of a kind."""

    def __init__(self, kind: str, meddle: object) -> None:
        self.kind, self.meddle = kind, meddle

    def rename(self, old: str, new: str, at: int) -> None:
        self._once("rename")
        super().rename(old, new, at)

    def seek(self, handle: int, offset: int, whence: int = os.SEEK_SET) -> int:
        self._once("seek")
        return super().seek(handle, offset, whence)

    def _once(self, kind: str) -> None:
        if kind == self.kind and callable(self.meddle):
            meddle, self.meddle = self.meddle, None
            meddle()


@pytest.mark.parametrize("kind", ["seek", "rename"])
@pytest.mark.parametrize("what", ["content", "new file", "swapped"])
def test_what_changes_meanwhile_is_noticed_and_stays(kind: str, what: str, owned: Owned) -> None:
    path = owned.write("folder/secret", "one")
    folder = os.path.dirname(path)

    def meddle() -> None:
        if what == "content":
            Path(path).write_text("another")
        elif what == "new file":
            owned.write("folder/more", "more")
        else:
            Path(path).unlink()
            os.symlink("/etc/passwd", path)

    with pytest.raises(Changed):
        add(Vault(owned.vault.path, Meddling(kind, meddle)), [folder], at_ms=1)
    assert os.path.isdir(folder)
    assert {"content": "another", "new file": "one", "swapped": None}[what] in (
        None,
        Path(path).read_text(),
    )
    assert look(owned.vault).items == []


def test_a_file_that_is_open_for_writing_stays(owned: Owned) -> None:
    """Where the file system grants no leases (some overlays), nobody can tell, and it is moved as any other."""
    path = owned.write(".env", "one")
    told = _tells_of_writers(path)
    with open(path, "a") as writer:
        if told:
            with pytest.raises(Changed, match="open for writing"):
                add(owned.vault, [path], at_ms=1)
        writer.write("two")
    assert Path(path).read_text() == "onetwo"
    add(owned.vault, [path], at_ms=1)
    assert not os.path.exists(path)


def _tells_of_writers(path: str) -> bool:
    with open(path, "a"), open(path) as reader:
        try:
            fcntl.fcntl(reader, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        fcntl.fcntl(reader, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def test_nothing_is_brought_back_over_something_else(owned: Owned) -> None:
    one, two = owned.write("one"), owned.write("two")
    add(owned.vault, [one, two], at_ms=1)
    owned.write("two", "newer")
    with pytest.raises(InTheWay):
        restore(owned.vault, one, owned.identity)
    assert os.listdir(owned.home) == ["two"]
    elsewhere = owned.home / "elsewhere"
    elsewhere.mkdir()
    back = restore(owned.vault, one, owned.identity, to=str(elsewhere))
    assert back.roots == (str(elsewhere / "one"), str(elsewhere / "two"))
    assert Path(two).read_text() == "newer"


def test_what_comes_to_stand_in_the_way_at_the_last_moment_stays(owned: Owned) -> None:
    one, two = owned.write("one", "old"), owned.write("two", "old")
    add(owned.vault, [one, two], at_ms=1)
    disk = Meddling("rename", lambda: owned.write("two", "newer"))
    with pytest.raises(InTheWay):
        restore(Vault(owned.vault.path, disk), one, owned.identity)
    assert os.listdir(owned.home) == ["two"]
    assert Path(two).read_text() == "newer"
    assert len(look(owned.vault).items) == 1


def test_one_file_is_shown_and_stays(owned: Owned) -> None:
    paths = plant(str(owned.home))
    sparse = Path(paths[0]) / "sparse"
    content = sparse.read_bytes()
    add(owned.vault, paths, at_ms=1)
    # The second name of a file is shown by its first one, which is in the folder.
    second = os.path.join(paths[0], "netrc")
    pieces: list[bytes] = []
    for path, expected in ((str(sparse), content), (second, MARK + b" machine")):
        pieces.clear()
        show(owned.vault, path, owned.identity, pieces.append)
        assert b"".join(pieces) == expected
    with pytest.raises(NoSuchItem):
        show(owned.vault, str(owned.home / "other"), owned.identity, pieces.append)
    assert len(look(owned.vault).items) == 1


def test_somebody_elses_key_opens_nothing_and_changes_nothing(owned: Owned) -> None:
    path = owned.write(".env")
    add(owned.vault, [path], at_ms=1)
    with pytest.raises(WrongIdentity):
        restore(owned.vault, path, new_identity())
    assert os.listdir(owned.home) == []
    assert recover(owned.vault) == []
    restore(owned.vault, path, owned.identity)


def test_damage_is_told_and_nothing_half_is_brought_back(owned: Owned) -> None:
    path = owned.write(".env", "x" * 200_000)
    done = add(owned.vault, [path], at_ms=1)
    assert done.item is not None
    content = Path(owned.vault.path) / "items" / done.item.id / "000001.age"
    whole = content.read_bytes()
    for damaged in (whole[:-1], whole[:100_000], whole[:-1] + b"\0", b""):
        content.write_bytes(damaged)
        assert examine(owned.vault, owned.identity) != []
        with pytest.raises(Damaged):
            restore(owned.vault, path, owned.identity)
        assert os.listdir(owned.home) == []
    content.write_bytes(whole)
    assert examine(owned.vault, owned.identity) == []
    restore(owned.vault, path, owned.identity)
    assert Path(path).stat().st_size == 200_000


def test_the_passphrase_opens_and_another_does_not(owned: Owned) -> None:
    opened = open_vault(owned.vault.path)
    assert str(opened.unlock(PASSPHRASE)) == str(owned.identity)
    with pytest.raises(WrongPassphrase):
        opened.unlock(PASSPHRASE + "r")
    change_passphrase(opened, owned.identity, "another one", wrap=wrap_cheaply())
    assert str(opened.unlock("another one")) == str(owned.identity)
    with pytest.raises(WrongPassphrase):
        opened.unlock(PASSPHRASE)


def test_other_recipients_are_noticed(owned: Owned) -> None:
    recipients = Path(owned.vault.path) / "recipients"
    recipients.write_text(f"{new_identity().to_public()}\n")
    with pytest.raises(RecipientsChanged):
        owned.vault.unlock(PASSPHRASE)
    recipients.write_text("age1nonsense\n")
    with pytest.raises(VaultUnsafe):
        add(owned.vault, [owned.write(".env")], at_ms=1)
    assert os.listdir(owned.home) == [".env"]


def test_one_command_at_a_time(owned: Owned) -> None:
    path = owned.write(".env")
    with owned.vault.locked(), pytest.raises(VaultBusy):
        add(owned.vault, [path], at_ms=1)
    add(owned.vault, [path], at_ms=1)


def test_a_vault_is_made_once_and_is_its_owners_alone(owned: Owned, tmp_path: Path) -> None:
    with pytest.raises(VaultExists):
        create_vault(owned.vault.path, "x", wrap=wrap_cheaply())
    with pytest.raises(NoVault):
        open_vault(str(tmp_path / "nowhere"))
    assert os.stat(owned.vault.path).st_mode & 0o777 == 0o700
    os.chmod(owned.vault.path, 0o755)
    with pytest.raises(VaultUnsafe, match="others may enter"):
        add(owned.vault, [owned.write(".env")], at_ms=1)


def test_a_link_on_the_way_is_not_followed_when_it_was_none(owned: Owned) -> None:
    path = owned.write("folder/secret")
    add(owned.vault, [path], at_ms=1)
    os.rename(owned.home / "folder", owned.home / "moved")
    os.symlink("moved", owned.home / "folder")
    with pytest.raises(NoSuchItem):
        restore(owned.vault, path, owned.identity)  # by path: it leads elsewhere now
    (item,) = look(owned.vault).items
    with pytest.raises(Exception, match=r"Not a directory|symbolic links"):
        restore(owned.vault, item.id, owned.identity)
    assert os.listdir(owned.home / "moved") == []


_LIMITED = """
import resource, signal, sys
from eclosion.audit.vault import Vault, add
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
add(Vault(sys.argv[1], __import__("eclosion.audit.vault.disk").audit.vault.disk.Disk()), [sys.argv[2]], at_ms=1)
"""


def test_where_the_system_itself_refuses_more_nothing_is_changed(owned: Owned) -> None:
    """A limit on file size is what anybody can set; a full tmpfs stands in the benchmark, as root."""
    path = owned.write("large", "x" * 300_000)
    before = snapshot(str(owned.home))
    source = str(Path(__file__).resolve().parents[3] / "src")
    ended = subprocess.run(
        [sys.executable, "-c", _LIMITED, owned.vault.path, path, "100000"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        check=False,
    )
    assert "DiskTrouble: While moving" in ended.stderr
    assert snapshot(str(owned.home)) == before
    assert recover(owned.vault) == []
    add(owned.vault, [path], at_ms=1)
    restore(owned.vault, path, owned.identity)
    assert snapshot(str(owned.home)) == before
