"""Between GCJ-02, which Chinese maps and WeChat speak, and WGS-84, in which grids are drawn."""

from math import cos, pi, radians, sin, sqrt

# The ellipsoid and the series are those of the public reverse-engineered GCJ-02 transform (Krasovsky 1940).
SEMI_MAJOR_AXIS = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
ORIGIN_LONGITUDE, ORIGIN_LATITUDE = 105.0, 35.0
WEST, EAST = 72.004, 137.8347
SOUTH, NORTH = 0.8293, 55.8271
ITERATIONS = 2  # leaves at most 8 mm

Point = tuple[float, float]


def in_china(latitude: float, longitude: float) -> bool:
    """Whether the point lies in the rectangle in which GCJ-02 differs from WGS-84."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def wgs84_to_gcj02(latitude: float, longitude: float) -> Point:
    """(latitude, longitude) in degrees; points outside China stay as they are."""
    if not in_china(latitude, longitude):
        return latitude, longitude
    north, east = _shift(latitude, longitude)
    return latitude + north, longitude + east


def gcj02_to_wgs84(latitude: float, longitude: float) -> Point:
    """(latitude, longitude) in degrees, exact to 8 mm; points outside China stay as they are."""
    if not in_china(latitude, longitude):
        return latitude, longitude
    north, east = _shift(latitude, longitude)
    for _ in range(ITERATIONS):
        north, east = _shift(latitude - north, longitude - east)
    return latitude - north, longitude - east


def _shift(latitude: float, longitude: float) -> Point:
    """How far GCJ-02 moves a WGS-84 point, in degrees north and east."""
    x, y = longitude - ORIGIN_LONGITUDE, latitude - ORIGIN_LATITUDE
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    root = sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    angle = radians(latitude)
    flattening = 1 - ECCENTRICITY_SQUARED * sin(angle) ** 2
    meridian = SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = SEMI_MAJOR_AXIS / sqrt(flattening) * cos(angle)
    return north * 180 / (meridian * pi), east * 180 / (parallel * pi)
