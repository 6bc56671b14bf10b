"""Baselines: a stored document, and a revision of a real repository, read without touching its work tree."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from qplan import __version__
from qplan.cli import git as qplan_git
from qplan.cli.baseline import AtRevision, at_revision, baseline_of, drive_of, stored
from qplan.cli.git import Revision
from qplan.errors import FileError, UsageError, WorkloadError
from qplan.gate.changes import changes
from qplan.gating import Pricing, Source, price
from qplan.model.gate import Kind
from qplan.parse.edits import Edit
from qplan.runs import Draws
from tests.cli.repository import Repository, workload
from tests.conftest import Qplan

P90 = Decimal(90)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository, and the place from which qplan is run."""
    made = Repository(tmp_path / "repo")
    monkeypatch.chdir(made.root)
    return made


def sources(*files: str) -> list[Source]:
    return [Source(file=file, text=Path(file).read_text(encoding="utf-8")) for file in files]


def usages(baseline: AtRevision) -> dict[str, tuple[int, ...]]:
    return {priced.file: priced.usage_us for priced in baseline.priced}


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """Every file of a folder, with git's own: when it was changed last, and how long it is."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def test_the_files_of_the_revision_are_priced_and_nothing_is_touched(repository: Repository) -> None:
    repository.write("w/a.yaml", workload("a", qpu="5s"))
    commit = repository.commit()
    repository.write("w/a.yaml", workload("a", qpu="7s"))
    repository.write("w/new.yaml", workload("new"))
    before = snapshot(repository.root)
    baseline = at_revision("HEAD", sources("w/a.yaml", "w/new.yaml"), Pricing(), ["w"])
    assert usages(baseline) == {"w/a.yaml": (5_000_000,)}
    assert baseline.label == f"HEAD ({commit[:10]})"
    assert baseline.problems == ()
    assert snapshot(repository.root) == before


def test_it_is_run_from_any_folder_and_paths_are_those_of_there(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("w/deep/a.yaml", workload("a"))
    repository.write("w/deep/gone.yaml", workload("gone", qpu="3s"))
    repository.commit()
    (repository.root / "w/deep/gone.yaml").unlink()
    monkeypatch.chdir(repository.root / "w")
    baseline = at_revision("main", sources("deep/a.yaml"), Pricing(), ["deep/*.yaml"])
    assert usages(baseline) == {"deep/a.yaml": (5_000_000,), "deep/gone.yaml": (3_000_000,)}


GONE = [
    ("the folder", ["w"], {"w/gone.yaml", "w/sub/gone.yml"}),
    ("the folder, written with a slash", ["w/"], {"w/gone.yaml", "w/sub/gone.yml"}),
    ("all", ["."], {"w/gone.yaml", "w/sub/gone.yml", "other/gone.yaml"}),
    ("a glob of one level", ["w/*.yaml"], {"w/gone.yaml"}),
    ("a glob of folders", ["*"], {"w/gone.yaml", "w/sub/gone.yml", "other/gone.yaml"}),
    ("a glob of all levels", ["w/**/*.y*ml"], {"w/gone.yaml", "w/sub/gone.yml"}),
    ("the file", ["w/gone.yaml"], {"w/gone.yaml"}),
    ("another file", ["w/a.yaml"], set()),
    ("a folder that is gone", ["other"], {"other/gone.yaml"}),
    ("what is outside", [".."], set()),
]


@pytest.mark.parametrize(("word", "arguments", "found"), GONE, ids=[row[0] for row in GONE])
def test_files_that_are_gone_are_those_that_the_arguments_name(
    repository: Repository, word: str, arguments: list[str], found: set[str]
) -> None:
    gone = ("w/gone.yaml", "w/sub/gone.yml", "other/gone.yaml", "w/.hidden/gone.yaml", "w/.gone.yaml", "w/notes.txt")
    for path in ("w/a.yaml", *gone):
        repository.write(path, workload(Path(path).stem))
    repository.write("w/profile.yaml", "lanes: 3\n")
    repository.write("w/broken.yaml", "qplan: [\n")
    repository.commit()
    for path in gone:
        (repository.root / path).unlink()
    os.rmdir("other")
    (repository.root / "w/broken.yaml").unlink()
    baseline = at_revision("HEAD", sources("w/a.yaml"), Pricing(), arguments)
    assert set(usages(baseline)) - {"w/a.yaml"} == found
    assert baseline.problems == ()


NAMES = [
    ("an option that writes", "--output=x"),
    ("help", "-h"),
    ("an option of rev-parse", "--show-toplevel"),
    ("an option before a revision", "--git-dir=/tmp HEAD"),
    ("a command", "HEAD;touch x"),
    ("a substitution", "$(touch x)"),
    ("a pipe", "HEAD|touch x"),
    ("a line end", "HEAD\ntouch x"),
    ("a NUL", "HEAD\0"),
    ("a tree", "HEAD^{tree}"),
    ("a file", "HEAD:a.yaml"),
    ("nothing", ""),
    ("unknown", "no-such-branch"),
    ("a range", "HEAD..HEAD"),
    ("another repository's path", "/etc/passwd"),
]


@pytest.mark.parametrize(("word", "ref"), NAMES, ids=[row[0] for row in NAMES])
def test_what_is_no_revision_is_refused_in_a_line_and_never_run(repository: Repository, word: str, ref: str) -> None:
    repository.write("a.yaml", workload())
    repository.commit()
    before = set(os.listdir("."))
    with pytest.raises(UsageError, match=r"git knows no revision .* here; in CI, fetch it first"):
        at_revision(ref, sources("a.yaml"), Pricing())
    assert set(os.listdir(".")) == before


def test_branches_tags_and_old_revisions_are_known(repository: Repository) -> None:
    repository.write("a.yaml", workload(qpu="1s"))
    repository.commit()
    repository.git("tag", "-a", "v1", "-m", "one")
    repository.write("a.yaml", workload(qpu="2s"))
    commit = repository.commit()
    repository.git("update-ref", "refs/heads/-h", commit)  # a branch that is called like an option
    now = sources("a.yaml")
    for ref, usage_us in (("v1", 1), ("HEAD~1", 1), ("main", 2), (commit[:8], 2), ("-h", 2)):
        assert usages(at_revision(ref, now, Pricing())) == {"a.yaml": (usage_us * 1_000_000,)}


def test_without_a_repository_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(workload())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"^\.: is not in a git repository with a work tree$"):
        at_revision("HEAD", sources("a.yaml"), Pricing())


def test_a_file_outside_the_repository_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.yaml", workload())
    repository.commit()
    (tmp_path / "b.yaml").write_text(workload("b"))
    with pytest.raises(UsageError, match=r"b\.yaml: is not in the repository"):
        at_revision("HEAD", sources("a.yaml", str(tmp_path / "b.yaml")), Pricing())


def test_without_git_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("a.yaml", workload())
    now = sources("a.yaml")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FileError, match="git is not installed, or not on the PATH"):
        at_revision("HEAD", now, Pricing())


def test_git_that_never_ends_is_given_up(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_ = repository.root / "bin"
    slow = repository.write("bin/git", "#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setattr(qplan_git, "TIMEOUT_S", 0.2)
    with pytest.raises(FileError, match=r"did not end within 0\.2 s"):
        Revision.of("HEAD", ".")


def test_the_environment_cannot_make_git_look_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    other.write("a.yaml", workload(qpu="99s"))
    other.commit()
    repository.write("a.yaml", workload(qpu="5s"))
    repository.commit()
    now = sources("a.yaml")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_PAGER", "touch pager-ran")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "touch diff-ran")
    assert usages(at_revision("HEAD", now, Pricing())) == {"a.yaml": (5_000_000,)}
    assert not list(repository.root.glob("*-ran"))


def test_the_repositorys_own_settings_run_nothing(repository: Repository) -> None:
    repository.write("a.yaml", workload())
    repository.commit()
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "alias.cat-file", "diff.external"):
        repository.git("config", key, "!touch ran" if key.startswith("alias") else "touch ran")
    at_revision("HEAD", sources("a.yaml"), Pricing())
    assert not (repository.root / "ran").exists()


def test_replaced_objects_are_read_as_they_were_committed(repository: Repository) -> None:
    repository.write("a.yaml", workload(qpu="5s"))
    repository.commit()
    old = repository.git("rev-parse", "HEAD:a.yaml")
    new = repository.git("hash-object", "-w", str(repository.write("b.yaml", workload(qpu="99s"))))
    repository.git("replace", old, new)
    assert usages(at_revision("HEAD", sources("a.yaml"), Pricing())) == {"a.yaml": (5_000_000,)}


def test_traces_and_profiles_are_those_of_the_revision(repository: Repository) -> None:
    text = workload(plan="../my.yaml").replace("qpu: 5s", "qpu: {trace: data/t.csv}")
    repository.write("w/a.yaml", text)
    repository.write("w/data/t.csv", "5\n")
    repository.write("my.yaml", profile(1))
    repository.commit()
    repository.write("w/data/t.csv", "7\n")
    repository.write("my.yaml", profile(2))
    now = sources("w/a.yaml")
    baseline = at_revision("HEAD", now, Pricing())
    assert [(each.usage_us[0], each.costs) for each in baseline.priced] == [(5_000_000, (Decimal("5.00"),))]
    found = changes(price(now, Pricing()).priced, baseline.priced, P90, drive_of(baseline, P90, Pricing()))
    assert [(each.path, each.cost, each.usage_us) for each in found[0].drivers] == [
        ("file ../my.yaml", Decimal("5.00"), 0),
        ("file data/t.csv", Decimal("2.00"), 2_000_000),
    ]


def profile(price: int) -> str:
    """A plan of one's own."""
    return f"price_per_second: {price}\ncurrency: USD\n"


def test_a_new_profile_is_priced_with_the_key_that_names_it(repository: Repository) -> None:
    repository.write("a.yaml", workload())
    repository.commit()
    repository.write("a.yaml", workload(plan="my.yaml"))
    repository.write("my.yaml", profile(2))
    now = sources("a.yaml")
    baseline = at_revision("HEAD", now, Pricing())
    [change] = changes(price(now, Pricing()).priced, baseline.priced, P90, drive_of(baseline, P90, Pricing()))
    assert [(each.path, each.after, each.cost) for each in change.drivers] == [("plan", "my.yaml", Decimal("2.00"))]


def test_a_profile_of_the_command_line_is_that_of_the_revision(repository: Repository) -> None:
    repository.write("a.yaml", workload())
    repository.write("my.yaml", profile(1))
    repository.commit()
    repository.write("my.yaml", profile(2))
    asked = Pricing(edits=(Edit(path="plan", value="my.yaml"),))
    assert at_revision("HEAD", sources("a.yaml"), asked).priced[0].costs == (Decimal("5.00"),)


def test_a_link_inside_is_followed_and_one_that_leaves_is_not(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(workload("secret"))
    repository.write("real/a.yaml", workload("a"))
    links = {
        "inside.yaml": "real/a.yaml",
        "folder": "real",
        "up.yaml": "../secret.yaml",
        "far.yaml": str(secret),
        "circle.yaml": "circle.yaml",
        "deep/chain.yaml": "../folder/../inside.yaml",
    }
    for name, target in links.items():
        (repository.root / name).parent.mkdir(exist_ok=True)
        os.symlink(target, repository.root / name)
    repository.commit()
    asked = ["inside.yaml", "folder/a.yaml", "up.yaml", "far.yaml", "deep/chain.yaml"]
    baseline = at_revision("HEAD", [Source(file=file, text="") for file in [*asked, "circle.yaml"]], Pricing())
    assert set(usages(baseline)) == {"inside.yaml", "folder/a.yaml", "deep/chain.yaml"}
    assert {problem.mark.file: problem.message for problem in baseline.problems} == {
        "up.yaml": "HEAD:up.yaml: a link leads out of the repository",
        "far.yaml": "HEAD:far.yaml: a link leads out of the repository, or in a circle",
        "circle.yaml": "HEAD:circle.yaml: a link leads out of the repository, or in a circle",
    }
    assert {(problem.code, problem.severity) for problem in baseline.problems} == {("QP811", "warning")}


def test_a_trace_through_a_link_that_leaves_is_not_read(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("5\n")
    os.symlink("../t.csv", repository.root / "t.csv")
    repository.write("a.yaml", workload().replace("qpu: 5s", "qpu: {trace: t.csv}"))
    repository.commit()
    baseline = at_revision("HEAD", sources("a.yaml"), Pricing())
    assert usages(baseline) == {}
    assert "at HEAD it is not valid: QP215" in baseline.problems[0].message


def test_a_submodule_is_not_looked_into(repository: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    inner.write("a.yaml", workload())
    inner.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    repository.commit()
    revision = Revision.of("HEAD", ".")
    assert revision.texts(["sub/a.yaml"]) == (
        {},
        {"sub/a.yaml": "HEAD:sub/a.yaml: lies in a submodule, whose files this revision does not hold"},
    )


def test_a_file_of_hostile_names_is_read_as_any_other(repository: Repository) -> None:
    names = ("-h.yaml", "--output=x.yaml", "a b.yaml", "ä.yaml", "$(touch ran).yaml", ":(glob)*.yaml", "q'\".yaml")
    for name in names:
        repository.write(name, workload("w"))
    repository.commit()
    baseline = at_revision("HEAD", sources(*names), Pricing())
    assert set(usages(baseline)) == set(names)
    assert not (repository.root / "ran").exists()


def test_a_workload_that_was_invalid_counts_as_new(repository: Repository) -> None:
    repository.write("a.yaml", "qplan: 1\njobs: [{shotz: 5}]\n")
    repository.write("b.yaml", workload("b"))
    repository.write("c.yaml", workload("c"))
    (repository.root / "d.yaml").write_bytes(b"\xff\xfe\x00")
    repository.commit()
    for name in ("a", "d"):
        repository.write(f"{name}.yaml", workload(name))
    now = sources("a.yaml", "b.yaml", "c.yaml", "d.yaml")
    baseline = at_revision("HEAD", now, Pricing())
    assert set(usages(baseline)) == {"b.yaml", "c.yaml"}
    told = {problem.mark.file: problem.message for problem in baseline.problems}
    assert told == {
        "a.yaml": "at HEAD it is not valid: QP101: unknown key 'shotz'",
        "d.yaml": "HEAD:d.yaml: holds a NUL byte, so it is not a text file",
    }
    found = changes(price(now, Pricing()).priced, baseline.priced, P90, drive_of(baseline, P90, Pricing()))
    assert [(each.file, each.kind) for each in found] == [
        ("a.yaml", Kind.ADDED),
        ("b.yaml", Kind.UNCHANGED),
        ("c.yaml", Kind.UNCHANGED),
        ("d.yaml", Kind.ADDED),
    ]


def test_objects_that_the_clone_lacks_are_an_error(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.yaml", workload())
    repository.commit()
    for key in ("allowFilter", "allowAnySHA1InWant"):  # git would fetch them, were it let
        repository.git("config", f"uploadpack.{key}", "true")
    clone = Repository(tmp_path / "clone")
    clone.git("config", "protocol.file.allow", "always")
    clone.git("remote", "add", "origin", f"file://{repository.root}")
    clone.git("config", "remote.origin.promisor", "true")
    clone.git("config", "remote.origin.partialclonefilter", "blob:none")
    clone.git("fetch", "-q", "--filter=blob:none", "origin", "main")
    clone.write("a.yaml", workload())
    now = [Source(file=str(clone.root / "a.yaml"), text=workload())]
    with pytest.raises(FileError, match=r"FETCH_HEAD: this clone lacks files of it; fetch the whole revision first"):
        at_revision("FETCH_HEAD", now, Pricing())


def test_a_file_that_is_no_workload_any_more_is_gone_and_one_that_became_a_link_is_not(repository: Repository) -> None:
    for name in ("a", "b", "c"):
        repository.write(f"w/{name}.yaml", workload(name))
    os.symlink("a.yaml", repository.root / "w/link.yaml")
    repository.commit()
    (repository.root / "w/link.yaml").unlink()  # the workload that it led to is still there
    repository.write("w/b.yaml", "lanes: 3\n")
    (repository.root / "w/c.yaml").unlink()
    os.symlink("a.yaml", repository.root / "w/c.yaml")
    assert set(usages(at_revision("HEAD", sources("w/a.yaml"), Pricing(), ["w"]))) == {"w/a.yaml", "w/b.yaml"}


def test_a_change_is_told_with_what_drove_it(repository: Repository) -> None:
    repository.write("a.yaml", workload("a", qpu="5s"))
    repository.commit()
    two = workload("a", qpu="10s").replace("jobs:\n", "jobs:\n  - {name: more, qpu: 2s, classical_before: 0s}\n")
    repository.write("a.yaml", two)
    now = sources("a.yaml")
    baseline = at_revision("HEAD", now, Pricing())
    [change] = changes(price(now, Pricing()).priced, baseline.priced, P90, drive_of(baseline, P90, Pricing()))
    assert change.was is not None
    assert change.now is not None
    assert (change.was.cost, change.now.cost) == (Decimal("8.00"), Decimal("19.20"))
    assert [(each.path, each.before, each.after, each.cost) for each in change.drivers] == [
        ("jobs.energy.qpu", "5s", "10s", Decimal("8.00")),
        ("jobs.more", "", "a job", Decimal("3.20")),
    ]


# Stored documents.


@pytest.fixture
def base(qplan: Qplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stored baseline of one file, beside it."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(workload("a", qpu="5s"))
    assert qplan("estimate", "a.yaml", "--format", "json", "-o", "base.json").status == 0
    return tmp_path / "base.json"


def test_a_stored_baseline_is_read_and_its_digest_is_that_of_the_gate(base: Path) -> None:
    baseline = stored("base.json")
    [now] = price(sources("a.yaml"), Pricing()).priced
    assert baseline.priced == (now,)
    assert baseline.label == "base.json"
    reuse = {now.digest: baseline.priced[0]}
    [again] = price(sources("a.yaml"), Pricing(reuse=reuse)).priced
    assert again.reused


def test_drivers_of_a_stored_baseline_are_priced_too(base: Path) -> None:
    baseline = stored("base.json")
    Path("a.yaml").write_text(workload("a", qpu="10s"))
    now = price(sources("a.yaml"), Pricing()).priced
    [change] = changes(now, baseline.priced, P90, drive_of(baseline, P90, Pricing()))
    assert [(each.path, each.cost) for each in change.drivers] == [("jobs.energy.qpu", Decimal("8.00"))]


def test_options_of_now_are_changes_like_others_against_a_baseline_without_them(base: Path) -> None:
    Path("my.yaml").write_text(profile(1))
    Path("a.yaml").write_text(workload("a", qpu="10s"))
    asked = Pricing(edits=(Edit(path="plan", value="my.yaml"),))
    baseline = stored("base.json", asked)
    now = price(sources("a.yaml"), asked).priced
    [change] = changes(now, baseline.priced, P90, drive_of(baseline, P90, asked))
    assert [(each.path, each.cost) for each in change.drivers] == [
        ("jobs.energy.qpu", Decimal("8.00")),
        ("plan", Decimal("-3.00")),
    ]


def test_where_a_file_was_lost_amounts_cannot_be_told(
    qplan: Qplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("5\n")
    text = workload().replace("qpu: 5s", "qpu: {trace: t.csv}")
    Path("a.yaml").write_text(text)
    assert qplan("estimate", "a.yaml", "--format", "json", "-o", "base.json").status == 0
    Path("t.csv").write_text("6\n")
    Path("a.yaml").write_text(text.replace("wait: 1m", "wait: 2m"))
    baseline = stored("base.json")
    [change] = changes(
        price(sources("a.yaml"), Pricing()).priced, baseline.priced, P90, drive_of(baseline, P90, Pricing())
    )
    assert [(each.path, each.usage_us) for each in change.drivers] == [
        ("file t.csv", 1_000_000),
        ("queue.wait", None),
    ]


REFUSED = [
    (
        "another version",
        f'"version": "{__version__}"',
        '"version": "0.0.9"',
        "it was written by qplan 0.0.9, and this is",
    ),
    ("other data", '"data_date": "', '"data_date": "1', "it was written with profile data of 12"),
    ("another seed", '"seed": 0', '"seed": 7', "it was written with --seed 7, and this is 0"),
    ("a fixed run", '"digest": "', '"digest": null, "was": "', "it is of fixed runs (--point)"),
    ("another major version", '"schema_version": "1.', '"schema_version": "2.', "its schema version is 2.1"),
]


@pytest.mark.parametrize(("word", "old", "new", "told"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_baseline_that_would_blame_a_pull_request_for_our_change_is_refused(
    base: Path, word: str, old: str, new: str, told: str
) -> None:
    text = base.read_text()
    assert old in text
    base.write_text(text.replace(old, new))
    with pytest.raises(WorkloadError, match=r"base\.json") as refused:
        stored("base.json", Pricing())
    assert told in refused.value.problems[0].message
    assert refused.value.problems[0].hint


def test_both_baselines_at_once_are_refused(base: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        baseline_of("base.json", "HEAD", [], Pricing())
    assert baseline_of("", "", [], Pricing()) is None


def test_a_baseline_of_other_replications_is_refused(base: Path) -> None:
    text = base.read_text().replace('"count": 1,', '"count": 2,')
    base.write_text(text)
    with pytest.raises(WorkloadError, match="2 replications, and this is of 50"):
        baseline_of("base.json", "", [], Pricing(draws=Draws(replications=50)))
