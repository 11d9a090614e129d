"""Who the customers are. All of it is made up, and none of it can belong to anybody.

Identity numbers use the unassigned region 99, phones the unassigned prefix 100, e-mail the reserved domain
``.invalid``, accounts the unassigned issuer 9999.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from include.data.sample.applicants import Applicant
from include.data.sample.streams import CUT_OVER, any_of, between, stream, weighted

REGIONS = {"江苏": 5, "浙江": 5, "广东": 5, "山东": 4, "四川": 3, "湖北": 3, "河南": 3, "福建": 2, "湖南": 2, "陕西": 1}
INDUSTRIES = {"批发": 4, "零售": 6, "餐饮": 4, "制造": 4, "运输": 3, "建筑": 2, "农业": 2, "居民服务": 3}
# One freelance applicant in five asks through a small company of their own; age and the rest stay the owner's.
ENTERPRISE_SHARE = 0.2
EMAIL_SHARE = 0.8

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True)
class Identity:
    """A generated customer."""

    customer_no: str
    kind: str
    name: str
    id_number: str
    phone: str
    email: str
    region: str
    industry: str
    gender: str
    payee_account: str


def customer_no(number: int) -> str:
    """``C000123`` is row 123 of credit_data.csv; numbers beyond its rows are resampled applicants."""
    return f"C{number:06d}"


@cache
def identity_of(number: int, applicant: Applicant) -> Identity:
    """The customer with this number, who has the data of ``applicant``. Gender is drawn at random, 54% male."""
    rng = stream("customer", number)
    enterprise = applicant.occupation == "freelance" and rng.random() < ENTERPRISE_SHARE
    gender = "male" if rng.random() < 0.54 else "female"
    born = f"{CUT_OVER.year - applicant.age}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}"
    return Identity(
        customer_no=customer_no(number),
        kind="ENTERPRISE" if enterprise else "PERSON",
        name=f"{'企业' if enterprise else '客户'} {number:06d}",
        id_number=_id_number(number, born),
        phone=f"100{number:08d}",
        email=f"{customer_no(number).lower()}@example.invalid" if rng.random() < EMAIL_SHARE else "",
        region=weighted(rng, REGIONS),
        industry=weighted(rng, INDUSTRIES),
        gender=gender,
        payee_account=f"9999{any_of(rng, range(10**7)):07d}{number:08d}",
    )


def _id_number(number: int, born: str) -> str:
    """18 characters with the check character of GB 11643; unique, because the number is spread over region and order."""
    digits = f"99{number // 1000:04d}{born}{number % 1000:03d}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=True)) % 11
    return digits + ID_CHECK_CHARACTERS[check]
