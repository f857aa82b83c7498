"""Between GCJ-02 and WGS-84."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.triage.coordinates import gcj02_to_wgs84, in_china, wgs84_to_gcj02

METRES_A_DEGREE = 111_320
EIGHT_MILLIMETRES = 0.008


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """How far two points near one another are apart."""
    north, east = first[0] - second[0], (first[1] - second[1]) * cos(radians(first[0]))
    return hypot(north, east) * METRES_A_DEGREE


@given(st.floats(18, 53), st.floats(74, 134))
def test_there_and_back_is_within_eight_millimetres(latitude: float, longitude: float) -> None:
    moved = wgs84_to_gcj02(latitude, longitude)
    assert metres(gcj02_to_wgs84(*moved), (latitude, longitude)) < EIGHT_MILLIMETRES


@given(st.floats(18, 53), st.floats(74, 134))
def test_the_shift_is_some_hundred_metres(latitude: float, longitude: float) -> None:
    assert 10 < metres(wgs84_to_gcj02(latitude, longitude), (latitude, longitude)) < 1500


def test_the_shift_in_jiangxi_is_east_and_south() -> None:
    """Published for that part: about 490 m east and 380 m south."""
    latitude, longitude = wgs84_to_gcj02(28.5, 116.1)
    east = (longitude - 116.1) * cos(radians(28.5)) * METRES_A_DEGREE
    assert east == pytest.approx(490, abs=60)
    assert (latitude - 28.5) * METRES_A_DEGREE == pytest.approx(-380, abs=60)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((39.90734, 116.39089), (39.90874, 116.39713)),
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ],
    ids=["Beijing", "Shanghai", "Shenzhen"],
)
def test_published_points_are_met(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert metres(wgs84_to_gcj02(*wgs84), gcj02) < 1
    assert metres(gcj02_to_wgs84(*gcj02), wgs84) < 1


@pytest.mark.parametrize("point", [(51.5, -0.12), (0.5, 116.0), (56.0, 116.0), (40.0, 140.0)])
def test_points_outside_china_stay_as_they_are(point: tuple[float, float]) -> None:
    assert not in_china(*point)
    assert wgs84_to_gcj02(*point) == point
    assert gcj02_to_wgs84(*point) == point
