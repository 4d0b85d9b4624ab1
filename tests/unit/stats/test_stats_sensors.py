"""Which runs share an offset, and that no sensor is special before any run is seen."""

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.stats.sensors import OFFSET_SD, offset_groups, offset_prior


@pytest.mark.parametrize(
    ("sensor", "group"),
    [
        (None, [0, 0, 0, 0]),
        ([9, 9, 9, 9], [0, 0, 0, 0]),
        ([5, 2, 5, -1], [0, 1, 0, 2]),
        (np.array([1, 0, 0, 1], dtype=np.uint8), [0, 1, 1, 0]),
        ([True, False, False, True], None),
        ([1.0, 2.0, 1.0, 2.0], None),
        ([1, 2], None),
    ],
)
def test_sensors_are_numbered_by_their_first_run(sensor, group):
    if group is None:
        with pytest.raises(InputError, match="integer"):
            offset_groups(sensor, 4)
    else:
        assert offset_groups(sensor, 4).tolist() == group


def test_numbers_of_the_first_runs_do_not_depend_on_later_runs():
    sensor = np.random.default_rng(1).integers(0, 5, 60)
    whole = offset_groups(sensor, 60)
    for n in range(1, 60):
        assert offset_groups(sensor[:n], n).tolist() == whole[:n].tolist()


def test_beyond_the_present_and_four_others_the_rarest_share_a_number():
    #           11 x 6 runs, 12 x 5, 13 x 4, 14 x 3, 15 x 2, 16 x 2, and the present one once
    sensor = np.repeat([16, 11, 12, 15, 13, 14, 17], [2, 6, 5, 2, 4, 3, 1])
    group = offset_groups(sensor, sensor.size)
    number = dict(zip(sensor.tolist(), group.tolist(), strict=True))
    assert number[16] == number[15] == 0
    assert len({number[s] for s in (11, 12, 13, 14, 15, 17)}) == 6
    assert group.max() == 5


@pytest.mark.parametrize("others", [1, 2, 5])
def test_any_two_sensors_differ_alike_beforehand(others):
    cov = np.zeros((others + 1, others + 1))
    cov[1:, 1:] = offset_prior(others)
    difference_var = np.diag(cov)[:, None] + np.diag(cov)[None] - 2.0 * cov
    apart = ~np.eye(others + 1, dtype=bool)
    np.testing.assert_allclose(difference_var[apart], OFFSET_SD**2)
