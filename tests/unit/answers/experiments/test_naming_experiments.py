"""Which experiment is meant: never another than the one that can be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from evenstride.answers.experiments.naming import experiment_meant
from evenstride.domain.errors import InputError, UnknownExperimentError


class FewExperiments:
    """Experiments by name; those that ended have a time."""

    def __init__(self, **ended: bool) -> None:
        self.ended = {name.replace("_", "-"): is_over for name, is_over in ended.items()}

    def experiment_names(self):
        return {name: not is_over for name, is_over in self.ended.items()}

    def experiment(self, name):
        if name not in self.ended:
            raise UnknownExperimentError(name)
        return SimpleNamespace(registration=SimpleNamespace(experiment_id=name))


TWO = FewExperiments(rolling_2026_01=True, rolling_2026_02=False)


@pytest.mark.parametrize("name", ["rolling-2026-02", " Rolling-2026-02 "])
def test_by_its_whole_name_whatever_the_case(name):
    assert experiment_meant(TWO, name) == "rolling-2026-02"


def test_by_how_it_begins_where_only_one_does():
    lib = FewExperiments(rolling=False, hips=False)
    assert experiment_meant(lib, "ro") == "rolling"
    with pytest.raises(InputError, match="rolling-2026-01, rolling-2026-02"):
        experiment_meant(TWO, "rolling")


def test_a_whole_name_goes_before_what_begins_so():
    lib = FewExperiments(rolling=False, rolling_2=False)
    assert experiment_meant(lib, "rolling") == "rolling"


def test_without_a_name_it_is_the_only_open_one_else_the_only_one():
    assert experiment_meant(TWO) == "rolling-2026-02"
    assert experiment_meant(FewExperiments(rolling=True)) == "rolling"
    with pytest.raises(InputError, match="No experiment is open"):
        experiment_meant(FewExperiments(rolling=True), only_open=True)


def test_what_cannot_be_told_is_asked_for():
    with pytest.raises(InputError, match="2 experiments are open: name one of rolling, hips"):
        experiment_meant(FewExperiments(rolling=False, hips=False))
    with pytest.raises(InputError, match="There are 2 experiments"):
        experiment_meant(FewExperiments(rolling=True, hips=True))
    with pytest.raises(InputError, match="experiment new"):
        experiment_meant(FewExperiments())


@pytest.mark.parametrize("name", ["none-such", ""])
def test_an_unknown_name_is_said_to_be(name):
    with pytest.raises((UnknownExperimentError, InputError)):
        experiment_meant(TWO, name)
