"""Which categories nobody in this county answers for."""

from collections.abc import Sequence

from cases.catalogue import Category
from cases.places import Units
from cases.rules import Rules


def without_department(units: Units, rules: Rules) -> Sequence[Category]:
    """Categories for which the rules or a dispatcher look for a department, while none of the catalogue's is here."""
    here = {name for unit in units.by_code.values() if unit.department for name in (unit.name, unit.code)}
    asked = (one for one in rules.catalogue if rules.flow.department(one) or not rules.flow.direct(one))
    return [category for category in asked if not here & set(category.units)]
