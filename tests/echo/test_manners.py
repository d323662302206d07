from __future__ import annotations

from pathlib import Path

from fim_lsp.echo.manners import CAREFUL, INVOKED, TRUSTED, Manners, in_file


def test_echo_is_trusted_after_twenty_acceptances() -> None:
    manners = Manners()
    thresholds = []
    for _ in range(20):
        thresholds.append(manners.threshold(invoked=False))
        manners = manners.after_accepted()
    assert set(thresholds) == {CAREFUL}
    assert manners.threshold(invoked=False) == TRUSTED < CAREFUL
    assert manners.threshold(invoked=True) == INVOKED < TRUSTED


def test_five_in_a_row_typed_against_make_a_day_off() -> None:
    manners = Manners()
    for _ in range(5):
        assert not manners.off_on
        manners = manners.after_typed_against("2026-01-31")
    assert manners.off_on == "2026-01-31"
    assert manners.against_in_a_row == 0


def test_an_acceptance_ends_the_row() -> None:
    manners = Manners(against_in_a_row=4).after_accepted()
    assert not manners.after_typed_against("2026-01-31").off_on


def test_manners_are_kept_by_workspace_without_its_name(tmp_path: Path) -> None:
    one = in_file(tmp_path / "state", Path("some/secret-project"))
    other = in_file(tmp_path / "state", Path("some/other"))
    one.save(Manners(accepted=3))
    assert one.load() == Manners(accepted=3)
    assert other.load() == Manners()
    (file,) = (tmp_path / "state").iterdir()
    assert "secret-project" not in file.name + file.read_text("utf-8")


def test_a_damaged_file_counts_as_nothing_known(tmp_path: Path) -> None:
    memory = in_file(tmp_path, Path("project"))
    memory.save(Manners(accepted=3))
    (file,) = tmp_path.iterdir()
    for damaged in ("", "[]", '{"acc', '{"other": 1}'):
        file.write_text(damaged, "utf-8")
        assert memory.load() == Manners()
