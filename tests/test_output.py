"""The output folder: what differs is found, only what is ours is touched, and a kill leaves the old or the new tree."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from naftiko_codegen.output import manifest
from naftiko_codegen.output.compare import Comparison, compare
from naftiko_codegen.output.manifest import Input, ManifestError, owned, seal
from naftiko_codegen.output.staging import OutputError
from naftiko_codegen.output.swap import exchange, put, restore
from naftiko_codegen.output.write import locked, write
from naftiko_codegen.render.files import File


def package(name: str, **contents: str) -> list[File]:
    """A package of files, ``a__b`` standing for ``a/b.py``."""
    files = [
        File(f"{name}/{key.replace('__', '/')}.py", text.encode())
        for key, text in contents.items()
    ]
    return [*files, seal(name, files, [Input(name, "0" * 64)])]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def states(found: Comparison) -> dict[str, str]:
    return {change.path: change.what for change in found.changes if change.drift}


def test_first_build_writes_everything(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    written = write(out, package("one", a="A", sub__b="B"), prune=True)
    assert written.done and not written.piecewise
    assert set(tree(out)) == {"one/a.py", "one/sub/b.py", "one/_generated.json"}
    assert os.listdir(out.parent) == ["out"]


def test_manifest_lists_every_file_and_no_version_of_the_document(
    tmp_path: Path,
) -> None:
    write(tmp_path / "out", package("one", a="A"), prune=True)
    content = json.loads((tmp_path / "out/one/_generated.json").read_text())
    assert content["inputs"] == [{"source": "one", "digest": "0" * 64}]
    assert list(content["files"]) == ["a.py"]
    assert content["tool"].startswith("naftiko-codegen ")


def test_unchanged_build_touches_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = [*package("one", a="A"), *package("two", b="B")]
    write(out, files, prune=True)
    before = [(path, path.stat()) for path in sorted(out.rglob("*"))]
    assert write(out, files, prune=True).done
    for path, stat in before:
        after = path.stat()
        assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
            stat.st_ino,
            stat.st_mtime_ns,
            stat.st_ctime_ns,
        )


def test_unchanged_files_keep_their_inode_and_unknown_ones_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, [*package("one", a="A", b="B"), *package("two", c="C")], prune=True)
    (out / "one/mine.txt").write_text("mine")
    (out / "notes").mkdir()
    (out / "notes/x.md").write_text("x")
    (out / "link").symlink_to("notes/x.md")
    (out / "empty").mkdir(mode=0o700)
    inode = (out / "one/b.py").stat().st_ino
    written = write(
        out, [*package("one", a="A2", b="B"), *package("two", c="C2")], prune=True
    )
    assert written.comparison.unknown == ("one/mine.txt",)
    assert (out / "one/a.py").read_text() == "A2"
    assert (out / "one/b.py").stat().st_ino == inode
    assert (out / "one/mine.txt").read_text() == "mine"
    assert (out / "notes/x.md").read_text() == "x"
    assert os.readlink(out / "link") == "notes/x.md"
    assert (out / "empty").stat().st_mode & 0o777 == 0o700
    assert sorted(os.listdir(tmp_path)) == ["out"]


def test_compare_says_what_differs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, package("one", a="A", b="B", c="C", d="D", e="E"), prune=True)
    (out / "one/b.py").write_text("edited")
    (out / "one/c.py").unlink()
    (out / "one/e.py").write_text("edited too")
    (out / "one/new.py").write_text("not ours")
    wanted = package("one", a="A2", b="B", c="C", new="N")
    assert states(compare(out, wanted, prune=True)) == {
        "one/_generated.json": "outdated",
        "one/a.py": "outdated",
        "one/b.py": "edited",
        "one/c.py": "missing",
        "one/d.py": "orphaned",
        "one/e.py": "kept",
        "one/new.py": "foreign",
    }


def test_compare_without_a_folder(tmp_path: Path) -> None:
    found = compare(tmp_path / "none", package("one", a="A"), prune=True)
    assert set(states(found).values()) == {"missing"}
    assert not (tmp_path / "none").exists()


def test_edited_file_stops_the_build_until_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, package("one", a="A", b="B"), prune=True)
    (out / "one/a.py").write_text("by hand")
    before = tree(out)
    assert not write(out, package("one", a="A2", b="B2"), prune=True).done
    assert tree(out) == before
    assert write(out, package("one", a="A2", b="B2"), prune=True, overwrite=True).done
    assert (out / "one/a.py").read_text() == "A2"


def test_foreign_file_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "one").mkdir(parents=True)
    (out / "one/a.py").write_text("the user's own")
    assert not write(out, package("one", a="A"), prune=True).done
    assert (out / "one/a.py").read_text() == "the user's own"


def test_orphans_go_and_edited_orphans_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(
        out,
        [*package("one", a="A", sub__b="B", c="C"), *package("two", x="X")],
        prune=True,
    )
    (out / "one/c.py").write_text("by hand")
    (out / "two/__pycache__").mkdir()
    (out / "two/__pycache__/x.pyc").write_bytes(b"")
    write(out, package("one", a="A"), prune=True)
    assert set(tree(out)) == {"one/a.py", "one/c.py", "one/_generated.json"}
    assert not (out / "two").exists() and not (out / "one/sub").exists()


def test_build_of_single_files_leaves_other_packages(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, [*package("one", a="A"), *package("two", x="X")], prune=True)
    write(out, package("one", a="A2"), prune=False)
    assert (out / "two/x.py").read_text() == "X"
    assert (out / "one/a.py").read_text() == "A2"


def test_last_package_goes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, [*package("one", a="A"), *package("two", b="B")], prune=True)
    write(out, package("one", a="A"), prune=True)
    assert os.listdir(out) == ["one"]


@pytest.mark.parametrize("target", ["folder", "file"])
def test_links_in_the_output_are_not_followed(tmp_path: Path, target: str) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("precious")
    out.mkdir()
    if target == "folder":
        (out / "one").symlink_to(outside)
    else:
        (out / "one").mkdir()
        (out / "one/a.py").symlink_to(outside / "a.py")
    for overwrite in (False, True):
        assert not write(
            out, package("one", a="A"), prune=True, overwrite=overwrite
        ).done
    assert tree(outside) == {"a.py": b"precious"}


@pytest.mark.parametrize(
    "path",
    ["../a.py", "one/../../a.py", "/tmp/a.py", "one//a.py", "one\\a.py", "./a.py"],
)
def test_paths_that_leave_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        write(tmp_path / "out", [File(path, b"")], prune=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"<<<<<<< HEAD",
        b"[]",
        b"{}",
        b'{"files": {"../x": ""}}',
        b'{"files": {"a": 1}}',
        b"[" * 100_000,
    ],
)
def test_damaged_manifest_stops_the_build(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "out"
    write(out, package("one", a="A"), prune=True)
    (out / "one" / manifest.NAME).write_bytes(content)
    with pytest.raises(ManifestError):
        owned(out / "one")
    assert not write(out, package("one", a="A2"), prune=True).done
    assert write(out, package("one", a="A2"), prune=True, overwrite=True).done
    assert (out / "one/a.py").read_text() == "A2"


def test_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError):
        write(tmp_path / "out", package("one", a="A"), prune=True)


def test_in_place_keeps_the_folder_itself(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, [*package("one", a="A"), *package("two", b="B")], prune=True)
    inode = out.stat().st_ino
    written = write(
        out,
        [*package("one", a="A2"), *package("two", b="B2")],
        prune=True,
        in_place=True,
    )
    assert written.piecewise and out.stat().st_ino == inode
    assert (out / "one/a.py").read_text() + (out / "two/b.py").read_text() == "A2B2"
    assert sorted(os.listdir(out)) == ["one", "two"]


def test_put_without_exchange_can_be_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("naftiko_codegen.output.swap._exchange_call", lambda: None)
    new, place, aside = tmp_path / "new", tmp_path / "place", tmp_path / "aside"
    new.mkdir()
    place.mkdir()
    (new / "n").touch()
    put(new, place, aside)
    assert os.listdir(place) == ["n"] and aside.exists()
    place.rename(tmp_path / "gone")
    restore(place, aside)
    assert os.listdir(place) == []


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2")
def test_exchange_swaps_two_folders(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "x").touch()
    assert exchange(one, other)
    assert os.listdir(other) == ["x"] and os.listdir(one) == []
    with pytest.raises(FileNotFoundError):
        exchange(one, tmp_path / "none")


def test_leftovers_of_killed_builds_are_cleared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, package("one", a="A"), prune=True)
    for folder in (
        tmp_path / ".out.naftiko-codegen-new",
        out / ".one.naftiko-codegen-new",
    ):
        folder.mkdir()
        (folder / "half").touch()
    write(out, package("one", a="A"), prune=True)
    assert sorted(os.listdir(tmp_path)) == ["out"]
    assert os.listdir(out) == ["one"]


def test_second_build_waits_for_the_first(tmp_path: Path) -> None:
    waited: list[bool] = []
    code = (
        "import pathlib, sys, time\n"
        "from naftiko_codegen.output.write import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), lambda: None):\n"
        "    print(flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout and holder.stdin
    holder.stdout.readline()

    def waiting() -> None:
        waited.append(True)
        holder.kill()

    with locked(tmp_path, waiting):
        pass
    holder.communicate()
    assert waited == [True]


_BUILDER = """
import pathlib, sys
from naftiko_codegen.output.write import write
from naftiko_codegen.output.manifest import seal
from naftiko_codegen.render.files import File
out, word = pathlib.Path(sys.argv[1]), sys.argv[2].encode()
files = []
for name in ("one", "two", "three"):
    part = [File(f"{name}/f{n}.py", word * 50) for n in range(30)]
    files += [*part, seal(name, part, [])]
print(flush=True)
write(out, files, prune=True)
"""


def test_killed_at_any_moment_the_tree_is_old_or_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    chance = random.Random(7)
    words = ["first", "second"]
    _run(out, words[0], None)
    assert _word(out) == words[0]
    killed = 0
    for turn in range(14):
        word = words[(turn + 1) % 2]
        killed += _run(out, word, chance.uniform(0.0, 0.03))
        assert _word(out) in words
    _run(out, "last", None)
    assert _word(out) == "last"
    assert os.listdir(tmp_path) == ["out"]
    assert killed, "no build was killed: the delays are too long"


def _run(out: Path, word: str, delay: float | None) -> bool:
    """Build; with ``delay`` kill it so many seconds after it began to write. Whether it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILDER, str(out), word], stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    if delay is not None:
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _word(out: Path) -> str:
    """The one word that every file of a complete tree repeats."""
    files = tree(out)
    found = {
        bytes(text[: len(text) // 50])
        for path, text in files.items()
        if path.endswith(".py")
    }
    assert len(found) == 1 and len(files) == 93
    return found.pop().decode()
