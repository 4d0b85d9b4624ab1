"""Student's quantiles as screening uses them, against scipy."""

from evenstride.body.error_of_test import student_975


def test_students_quantiles_are_scipys():
    from scipy.stats import t

    for df in (*range(1, 60), 100, 1000):
        assert abs(student_975(df) - t.ppf(0.975, df)) < 1e-3
