"""An audit takes numbers of as many digits as may be printed."""

from pathlib import Path

import pytest

from bayes_ivig.inputs.paper.claims import MOST_DECIMALS, MOST_WHOLE, read_claims
from bayes_ivig.published import audit
from bayes_ivig.reporting import shows

HEADER = "outcome,measure,estimate,ci_lower,ci_upper,level,k,n,i2_percent,heterogeneity_p,effect_p\n"
PLAIN = {"outcome": "o", "measure": "OR", "estimate": "1.25", "ci_lower": "0.80", "ci_upper": "1.95"}
REST = "0.95,4,400,10,0.34,0.33"
MANY = ["1." + "2" * 29, "0." + "0" * (MOST_DECIMALS - 1) + "1", "9" * MOST_WHOLE, "-0.0"]


@pytest.mark.parametrize("measure", ["OR", "RD"])
@pytest.mark.parametrize("column", ["estimate", "ci_lower", "ci_upper"])
@pytest.mark.parametrize("number", MANY)
def test_an_effect_of_many_digits_is_checked_and_its_mends_can_be_printed(
    number: str, measure: str, column: str, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    row = ",".join([*(PLAIN | {"measure": measure, column: number}).values(), REST])
    path.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    audited = audit(read_claims(path))
    assert {finding.check for finding in audited.findings} >= {"centre", "interval_p"}
    assert shows.text(audited)
