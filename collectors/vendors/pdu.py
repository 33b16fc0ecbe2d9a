"""Power strips that measure: Server Technology Sentry 3 and 4, Raritan PDU2. APC's are in :mod:`power`."""

from __future__ import annotations

from collectors.vendors.family import Family
from collectors.vendors.row import CENTI, MILLI, TENTH, Kind, Table, amp, of, volt, watt

_MISSING = frozenset({-1})
SENTRY_3 = Family(
    vendor="Server Technology",
    tables=(
        Table(
            mib="Sentry3-MIB",
            root="1.3.6.1.4.1.1718.3.2.2.1",
            words="infeed",
            names=("3",),
            columns=(
                amp("7", "infeedLoadValue", CENTI, "load", none=_MISSING),
                volt("11", "infeedVoltage", TENTH, none=_MISSING),
                watt("12", "infeedPower", none=_MISSING),
            ),
        ),
    ),
)
_SENTRY_4 = "1.3.6.1.4.1.1718.4.1"
SENTRY_4 = Family(
    vendor="Server Technology",
    tables=(
        Table(
            mib="Sentry4-MIB",
            root=f"{_SENTRY_4}.3.3.1",
            words="input cord",
            columns=(watt("3", "st4InputCordActivePower", none=_MISSING),),
        ),
        Table(
            mib="Sentry4-MIB",
            root=f"{_SENTRY_4}.4.3.1",
            words="line",
            columns=(amp("3", "st4LineCurrent", CENTI, none=_MISSING),),
        ),
        Table(
            mib="Sentry4-MIB",
            root=f"{_SENTRY_4}.5.3.1",
            words="phase",
            columns=(
                volt("3", "st4PhaseVoltage", TENTH, none=_MISSING),
                amp("6", "st4PhaseCurrent", CENTI, none=_MISSING),
            ),
        ),
    ),
)

_INLET = "5.2.3.1.4"
_DIGITS = "3.3.4.1.7"
"""inletSensorDecimalDigits; both columns are indexed by PDU, inlet and sensor type."""
RARITAN = Family(
    vendor="Raritan",
    tables=(
        Table(
            mib="PDU2-MIB",
            root="1.3.6.1.4.1.13742.6",
            words="inlet",
            columns=(
                amp(_INLET, "measurementsInletSensorValue(rmsCurrent)", where=((2, 1),), digits=_DIGITS),
                volt(_INLET, "measurementsInletSensorValue(rmsVoltage)", where=((2, 4),), digits=_DIGITS),
                watt(_INLET, "measurementsInletSensorValue(activePower)", where=((2, 5),), digits=_DIGITS),
                of(
                    Kind.ENERGY,
                    _INLET,
                    "measurementsInletSensorValue(activeEnergy)",
                    MILLI,
                    where=((2, 8),),
                    digits=_DIGITS,
                ),
            ),
        ),
    ),
)
