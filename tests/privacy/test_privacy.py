from __future__ import annotations

import os
import sysconfig
from pathlib import Path, PurePath

import pytest

from fim_lsp.privacy import Privacy
from fim_lsp.privacy.rules import tables
from fim_lsp.privacy.secrets import is_secret
from fim_lsp.settings import PrivacySettings

SECRETS = [
    *(".env", ".ENV", ".env.local", ".Env.Production", "config/.env", "server.pem"),
    *("SERVER.PEM", "tls/site.key", "client.p12", "client.pfx", "ca.crt", "ca.cert"),
    *("store.jks", "vault.kdbx", "prod.tfvars", "prod.tfstate", "id_rsa"),
    *("id_rsa.pub", "ID_RSA", "id_dsa", "id_ecdsa", "id_ed25519", "id_ed25519_sk"),
    *(".ssh/config", ".ssh/known_hosts", "home/.SSH/a.py", ".aws/credentials"),
    *(".aws/config", ".aws/sso/cache/x.json", ".kube/config", ".docker/config.json"),
    *(".netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials", "secrets"),
    *("credentials", "secrets.json", "secrets.yaml", "secrets.yml", "secrets.toml"),
    *("secrets.ini", "secrets.env", "secrets.properties", "secrets.csv"),
    *("credentials.json", "Credentials.YML", "credentials.csv", ".env~"),
    *("server.pem.", "id_rsa.bak", ".env\u00a0", ".env\u200b", "server\u200b.pem "),
    *("\ufeff.env", ".envrc", ".gnupg/a", ".kube/cache/x", ".config/gcloud/x.db"),
    *(".azure/a.json", "a/.Azure/b.json", ".git/config"),
]

ORDINARY = [
    *("secrets.py", "credentials.py", "id_generator.py", "environment.py", "env.py"),
    *("keys.py", "key.py", "monkey.py", "pem.py", "tfvars.go"),
    *("secrets/manager.py", "credentials/store.ts", "config", "kube/config"),
    *("docker/config.json", "config.json", ".github/workflows/ci.yml", "certs.md"),
    *("id_rsa_/x.py", "secret.json", "my_secrets.txt", ".ssh", ".aws", "aws/config"),
    *("main.rs", "a.keys"),
]


def privacy(home: Path, **settings: object) -> Privacy:
    return Privacy(PrivacySettings(**settings), home=home)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_refused(name: str, home: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    assert privacy(home).refusal(path.as_uri(), tmp_path) == "secret"
    assert privacy(home).refusal(path.as_uri(), None) == "secret"


@pytest.mark.parametrize("rule", tables()["files"], ids=lambda rule: rule["name"])
def test_each_rule_about_names_finds_its_sample(rule: dict[str, str]) -> None:
    assert is_secret(PurePath(f"/project/{rule['sample']}"))
    assert is_secret(PurePath(f"/project/{rule['sample'].swapcase()}~"))


@pytest.mark.parametrize(
    "name", [*tables()["data"]["samples"], *tables()["folders"]["files"]]
)
def test_secrets_of_data_formats_and_of_folders_are_known(name: str) -> None:
    assert is_secret(PurePath(f"/project/{name}"))


@pytest.mark.parametrize("folder", tables()["folders"]["paths"])
def test_all_that_lies_in_a_folder_of_secrets_is_one(folder: str) -> None:
    assert is_secret(PurePath(f"/home/me/{folder}/deep/below.py"))
    assert is_secret(PurePath(f"/home/me/{folder.upper()}/a"))
    assert not is_secret(PurePath(f"/home/me/{folder}"))


@pytest.mark.parametrize(
    "tail", ["?x", "#a", "::$DATA", "%C2%A0", "%E2%80%8B", ":a:$DATA"]
)
@pytest.mark.parametrize("name", [".env", "server.pem", "id_rsa"])
def test_a_tail_behind_a_name_hides_nothing(
    name: str, tail: str, home: Path, tmp_path: Path
) -> None:
    uri = (tmp_path / name).as_uri() + tail
    assert privacy(home).refusal(uri, tmp_path) == "secret"


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_are_allowed(name: str, home: Path, tmp_path: Path) -> None:
    assert privacy(home).refusal((tmp_path / name).as_uri(), tmp_path) is None


def test_every_source_file_of_the_standard_library_is_allowed(home: Path) -> None:
    """Told by names alone: where Python is installed, git may ignore all of it."""
    rules = privacy(home, respect_gitignore=False)
    library = Path(sysconfig.get_path("stdlib"))
    sources = [
        path for path in library.rglob("*.py") if "site-packages" not in path.parts
    ]
    assert len(sources) > 500
    assert [path for path in sources if rules.refusal_of_path(path, library)] == []


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("git:/project/a.py?HEAD", "scheme"),
        ("output:log", "scheme"),
        ("vscode-settings:/settings.json", "scheme"),
        ("http://example.com/a.py", "scheme"),
        ("a.py", "scheme"),
        ("", "scheme"),
        ("untitled:Untitled-1", None),
        ("untitled:.env", "secret"),
        ("untitled:/project/.env", "secret"),
        ("untitled:%2Eenv", "secret"),
        ("file:///project/%2eenv", "secret"),
        ("FILE:///project/a.py", None),
        ("vscode-notebook-cell:/project/a.ipynb#W0sZmlsZQ", None),
        ("vscode-notebook-cell:/project/.ssh/a.ipynb#W0", "secret"),
        ("vscode-notebook-cell://wsl%2Bdebian/project/.aws/a.ipynb#W0", "secret"),
    ],
)
def test_schemes(uri: str, reason: str | None, home: Path) -> None:
    assert privacy(home).refusal(uri, None) == reason


def test_a_link_counts_by_both_its_ends(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / "main.py").write_text("x = 1")
    (tmp_path / "notes.py").symlink_to(".env")
    (tmp_path / "id_rsa").symlink_to("main.py")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / "plain").symlink_to(".ssh", target_is_directory=True)
    rules = privacy(home)
    for name in ("notes.py", "id_rsa", "plain/a.py"):
        assert rules.refusal_of_path(tmp_path / name, tmp_path) == "secret"
    assert rules.refusal_of_path(tmp_path / "main.py", tmp_path) is None


def test_a_link_is_not_readmitted_by_its_innocent_name(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / "notes.py").symlink_to(".env")
    rules = privacy(home, include=("notes.py",))
    assert rules.refusal_of_path(tmp_path / "notes.py", tmp_path) == "secret"


@pytest.mark.parametrize(
    ("pattern", "name", "reason"),
    [
        ("*.sql", "dump.sql", "excluded"),
        ("*.sql", "deep/DUMP.SQL", "excluded"),
        ("/customers/", "customers/a.py", "excluded"),
        ("/customers/", "src/customers/a.py", None),
        ("customers/", "src/customers/a.py", "excluded"),
        ("src/**/private.py", "src/a/b/private.py", "excluded"),
        ("*.sql\n", "dump.sql", "excluded"),
        ("", "dump.sql", None),
        ("# comment", "dump.sql", None),
        ("[", "dump.sql", None),
    ],
)
def test_the_user_excludes(
    pattern: str, name: str, reason: str | None, home: Path, tmp_path: Path
) -> None:
    rules = privacy(home, exclude=(pattern,))
    assert rules.refusal_of_path(tmp_path / name, tmp_path) == reason


def test_patterns_may_name_places_outside_the_workspace(
    home: Path, tmp_path: Path
) -> None:
    rules = privacy(home, exclude=("~/notes/", f"{tmp_path}/other/*.py"))
    assert rules.refusal_of_path(home / "notes" / "a.md", None) == "excluded"
    assert rules.refusal_of_path(tmp_path / "other/a.py", tmp_path / "x") == "excluded"
    assert rules.refusal_of_path(tmp_path / "a.py", None) is None


def test_include_readmits_even_what_is_built_in(home: Path, tmp_path: Path) -> None:
    rules = privacy(home, include=(".env.example",), exclude=("*.example",))
    assert rules.refusal_of_path(tmp_path / ".env.example", tmp_path) is None
    assert rules.refusal_of_path(tmp_path / "other.example", tmp_path) == "excluded"
    assert rules.refusal_of_path(tmp_path / ".env", tmp_path) == "secret"


def test_a_file_that_git_ignores_can_be_allowed_for_the_session(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n.env\n")
    built, env = (tmp_path / "build/a.py").as_uri(), (tmp_path / ".env").as_uri()
    rules = privacy(home)
    assert rules.refusal(built, tmp_path) == "ignored-by-git"
    assert rules.refusal(env, tmp_path) == "secret"
    rules.allow(built)
    rules.allow(env)
    assert rules.refusal(built, tmp_path) is None
    assert rules.refusal(env, tmp_path) == "secret"
    other = (tmp_path / "build/b.py").as_uri()
    assert rules.refusal(other, tmp_path) == "ignored-by-git"


def test_git_can_be_left_out_and_include_readmits(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.py\n")
    path = tmp_path / "a.py"
    assert privacy(home).refusal_of_path(path, tmp_path) == "ignored-by-git"
    free = privacy(home, respect_gitignore=False)
    assert free.refusal_of_path(path, tmp_path) is None
    assert privacy(home, include=("a.py",)).refusal_of_path(path, tmp_path) is None


def test_a_notebook_cell_is_ignored_with_its_notebook(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.ipynb\n")
    uri = f"vscode-notebook-cell:{tmp_path.as_posix()}/a.ipynb#W0"
    assert privacy(home).refusal(uri, tmp_path) == "ignored-by-git"


def test_a_path_that_cannot_exist_is_answered(home: Path) -> None:
    uri = "file:///" + "a" * 5000 + "/\ud800%FF.py"
    assert privacy(home).refusal(uri, None) is None
    assert privacy(home).refusal("file:///a%00b.py", None) == "scheme"


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
def test_a_name_may_hold_line_breaks(home: Path, tmp_path: Path) -> None:
    assert privacy(home).refusal_of_path(tmp_path / ".env.\n", None) == "secret"
    assert privacy(home).refusal_of_path(tmp_path / "a\nb.pem", None) == "secret"
