"""Nothing outside the workspace is ever read, however the path is written and whatever moves meanwhile."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.tools.workspace import Entry, Location, Workspace

SECRET = b"the secret outside"
BOTH_WAYS = pytest.mark.parametrize("by_descriptor", [True, False], ids=["descriptor", "recheck"])

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def read(workspace: Workspace, path: str) -> bytes:
    with workspace.open_file(workspace.locate(path)) as file:
        return file.read()


@BOTH_WAYS
@pytest.mark.parametrize(
    "path",
    [
        "a.txt",
        "./a.txt",
        "sub/../a.txt",
        "sub//deep/../../a.txt",
        "inner_link",
        "sub_link/../a.txt",
        "ABSOLUTE",
    ],
)
def test_a_path_inside_is_read_however_it_is_written(workspace: Path, path: str, by_descriptor: bool):
    (workspace / "sub" / "deep").mkdir(parents=True)
    (workspace / "a.txt").write_bytes(b"inside")
    (workspace / "inner_link").symlink_to("a.txt")
    (workspace / "sub_link").symlink_to("sub")
    path = path.replace("ABSOLUTE", str(workspace / "a.txt"))
    assert read(Workspace(workspace, by_descriptor=by_descriptor), path) == b"inside"


@BOTH_WAYS
@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../outside/secret.txt",
        "sub/../../outside/secret.txt",
        "no/such/../../../outside/secret.txt",
        "/etc/passwd",
        "link.txt",
        "link_folder/secret.txt",
        "chain.txt",
        "up/outside/secret.txt",
        "~",
        "~/secret.txt",
        "ABSOLUTE",
        "SIBLING",
    ],
)
def test_a_path_that_leads_out_is_refused_with_what_would_be_allowed(
    workspace: Path, path: str, by_descriptor: bool
):
    outside = workspace.parent / "outside"
    (workspace / "sub").mkdir()
    (workspace / "link.txt").symlink_to(outside / "secret.txt")
    (workspace / "link_folder").symlink_to(outside)
    (workspace / "chain.txt").symlink_to("link.txt")
    (workspace / "up").symlink_to("..")
    # A sibling whose name begins like the workspace's is not inside it.
    (workspace.parent / "workspace2").mkdir()
    path = path.replace("ABSOLUTE", str(outside / "secret.txt"))
    path = path.replace("SIBLING", str(workspace.parent / "workspace2"))
    with pytest.raises(ToolRefusal, match="inside the workspace"):
        Workspace(workspace, by_descriptor=by_descriptor).locate(path)


@BOTH_WAYS
def test_a_file_that_becomes_a_link_after_the_check_is_not_followed(workspace: Path, by_descriptor: bool):
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    (workspace / "a.txt").write_bytes(b"inside")
    location = guarded.locate("a.txt")
    (workspace / "a.txt").unlink()
    (workspace / "a.txt").symlink_to(workspace.parent / "outside" / "secret.txt")
    with pytest.raises(ToolFailure):
        guarded.open_file(location)


@BOTH_WAYS
def test_a_folder_that_becomes_a_link_after_the_check_is_not_followed(workspace: Path, by_descriptor: bool):
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    (workspace / "sub").mkdir()
    (workspace / "sub" / "secret.txt").write_bytes(b"inside")
    location = guarded.locate("sub/secret.txt")
    (workspace / "sub").rename(workspace / "gone")
    (workspace / "sub").symlink_to(workspace.parent / "outside")
    for act in (guarded.open_file, guarded.status):
        with pytest.raises(ToolFailure):
            act(location)
    with pytest.raises(ToolFailure):
        guarded.entries(Location(("sub",)), limit=10)


@BOTH_WAYS
def test_a_file_that_becomes_a_link_at_the_last_moment_is_not_followed(workspace: Path, by_descriptor: bool):
    (workspace / "a.txt").symlink_to(workspace.parent / "outside" / "secret.txt")
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    with pytest.raises(OSError, match="symbolic links"):
        guarded._open(Location(("a.txt",)))  # as if every check had been made before the link was there


class SwappingWorkspace(Workspace):
    """Opens by rechecked path, in the hands of someone who knows when: a link in, a link out."""

    swaps = 0

    def _require_unmoved(self, location: Location) -> None:
        sub, aside = Path(self._root, "sub"), Path(self._root, "aside")
        if self.swaps == 1:
            sub.unlink()
            aside.rename(sub)
        super()._require_unmoved(location)
        if self.swaps == 0:
            sub.rename(aside)
            sub.symlink_to(Path(self._root).parent / "outside")
        self.swaps += 1


def test_a_folder_that_was_a_link_only_between_two_checks_is_found_out(workspace: Path):
    (workspace / "sub").mkdir()
    (workspace / "sub" / "secret.txt").write_bytes(b"inside")
    guarded = SwappingWorkspace(workspace, by_descriptor=False)
    with pytest.raises(ToolFailure, match="was replaced while it was opened"):
        guarded._open(Location(("sub", "secret.txt")))
    assert guarded.swaps == 2


@BOTH_WAYS
def test_a_link_swapped_back_and_forth_never_leads_out(workspace: Path, by_descriptor: bool):
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    inside, link, place = (workspace / name for name in ("inside.txt", "link.txt", "place.txt"))
    inside.write_bytes(b"inside")
    link.symlink_to(workspace.parent / "outside" / "secret.txt")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for source in (inside, link):
                temporary = workspace / "temporary"
                os.link(source, temporary, follow_symlinks=False)
                temporary.replace(place)

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = set()
    try:
        for _ in range(300):
            try:
                seen.add(read(guarded, "place.txt"))
            except ToolFailure:
                seen.add(b"refused")
    finally:
        done.set()
        swapper.join()
    assert seen <= {b"inside", b"refused"}


NAMES = st.sampled_from(
    ["a", "b", "f.txt", "secret.txt", "..", ".", "", "outside", "workspace", "~", "link1", "link2"]
)
TARGETS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@BOTH_WAYS
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    links=st.dictionaries(
        st.sampled_from(["link1", "link2", "a/link1", "b/link2", "a/f.txt"]),
        TARGETS | st.just("ABSOLUTE"),
        max_size=4,
    ),
    path=st.lists(NAMES, min_size=1, max_size=6).map("/".join),
    absolute=st.booleans(),
)
def test_no_path_through_any_links_reads_outside(
    tmp_path_factory: pytest.TempPathFactory,
    by_descriptor: bool,
    links: dict[str, str],
    path: str,
    absolute: bool,
):
    base = tmp_path_factory.mktemp("tree")
    root = base / "workspace"
    for folder in ("workspace/a", "workspace/b", "outside/a"):
        (base / folder).mkdir(parents=True)
    for secret in ("secret.txt", "outside/secret.txt", "outside/f.txt", "outside/a/f.txt"):
        (base / secret).write_bytes(SECRET)
    for inside in ("workspace/f.txt", "workspace/b/f.txt"):
        (base / inside).write_bytes(b"inside")
    for name, target in links.items():
        (root / name).symlink_to(target.replace("ABSOLUTE", str(base / "outside")) or ".")
    guarded = Workspace(root, by_descriptor=by_descriptor)
    asked = f"{root}/{path}" if absolute else path
    try:
        location = guarded.locate(asked)
        assert read(guarded, asked) == b"inside"
    except ToolFailure:
        return
    assert not any(part in ("", ".", "..") for part in location.parts)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@BOTH_WAYS
def test_a_named_pipe_is_refused_and_never_waited_for(workspace: Path, by_descriptor: bool):
    os.mkfifo(workspace / "pipe")
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    with pytest.raises(ToolRefusal, match="a named pipe"):
        guarded.open_file(guarded.locate("pipe"))


@BOTH_WAYS
def test_a_device_is_refused(by_descriptor: bool):
    guarded = Workspace(Path("/dev"), by_descriptor=by_descriptor)
    with pytest.raises(ToolRefusal, match="a device"):
        guarded.open_file(guarded.locate("null"))


@pytest.mark.parametrize("path", ["a", "a/b/c"])
def test_a_loop_of_links_is_named_as_such(workspace: Path, path: str):
    (workspace / "a").symlink_to("b")
    (workspace / "b").symlink_to("a")
    guarded = Workspace(workspace)
    with pytest.raises(ToolFailure, match=r"leads nowhere|loop of symbolic links|as a folder"):
        read(guarded, path)


def test_a_chain_of_links_longer_than_any_system_follows_is_a_failure_not_a_crash(workspace: Path):
    (workspace / "link0").write_bytes(b"end")
    for number in range(1, 1500):
        (workspace / f"link{number}").symlink_to(f"link{number - 1}")
    guarded = Workspace(workspace)
    with pytest.raises(ToolFailure):
        read(guarded, "link1499")


@pytest.mark.parametrize(
    "path", ["a\0b", "x" * 5000, "d/" * 3000 + "f", "\udcff" * 3, "new\nline", "\x1b[31m"]
)
def test_a_path_that_can_not_be_is_a_failure_in_one_printable_line(workspace: Path, path: str):
    with pytest.raises(ToolFailure) as caught:
        read(Workspace(workspace), path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_a_mistyped_name_is_answered_with_the_name_it_may_have_meant(workspace: Path):
    (workspace / "docs").mkdir()
    (workspace / "docs" / "guide.md").write_text("")
    with pytest.raises(ToolFailure, match=r"no 'docs/giude.md'.*Did you mean 'docs/guide.md'\?"):
        read(Workspace(workspace), "docs/giude.md")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(workspace: Path):
    (workspace / "locked.txt").touch(mode=0o000)
    with pytest.raises(ToolFailure, match="does not permit"):
        read(Workspace(workspace), "locked.txt")


def test_a_workspace_that_is_gone_says_so(workspace: Path):
    guarded = Workspace(workspace)
    workspace.rmdir()
    with pytest.raises(ToolFailure, match="does not exist any more"):
        guarded.entries(guarded.locate("."), limit=10)


def test_a_workspace_behind_a_link_takes_paths_of_both_spellings(workspace: Path):
    (workspace / "a.txt").write_bytes(b"inside")
    alias = workspace.parent / "alias"
    alias.symlink_to(workspace)
    assert read(Workspace(alias), str(alias / "a.txt")) == b"inside"
    assert read(Workspace(alias), str(workspace / "a.txt")) == b"inside"


@BOTH_WAYS
def test_entries_are_sorted_bounded_and_tell_links_from_what_they_lead_to(
    workspace: Path, by_descriptor: bool
):
    (workspace / "b").mkdir()
    (workspace / "c.txt").touch()
    (workspace / "a").symlink_to("b")
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    entries, more = guarded.entries(Location(()), limit=3)
    assert entries == [
        Entry(Location(("a",)), "link"),
        Entry(Location(("b",)), "folder"),
        Entry(Location(("c.txt",)), "file"),
    ]
    assert not more
    assert guarded.link_target(entries[0].location) == "b"
    entries, more = guarded.entries(Location(()), limit=2)
    assert len(entries) == 2
    assert more


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")
@BOTH_WAYS
def test_no_descriptor_is_left_open(workspace: Path, by_descriptor: bool):
    (workspace / "sub").mkdir()
    (workspace / "sub" / "a.txt").write_bytes(b"inside")
    (workspace / "sub" / "link").symlink_to("/etc")
    guarded = Workspace(workspace, by_descriptor=by_descriptor)
    before = open_descriptors()
    for path in ("sub/a.txt", "sub", "sub/none", "sub/a.txt/x"):
        try:
            read(guarded, path)
        except ToolFailure:
            continue
    guarded.entries(Location(("sub",)), limit=1)
    with pytest.raises(ToolFailure):
        guarded.open_file(Location(("sub", "link")))
    assert open_descriptors() == before
