"""Histories for the oracle: one a rule, and any."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.oracle.scene import Receipt, Story, product

DAYS = 34

# 20 March is a Friday: weekly instalments fall due on 27 March, 3, 10 and 17 April
EACH_RULE: dict[str, Story] = {
    "penalty by the day": Story(400_000, product(), receipts=(Receipt(100_350, 10), Receipt(300_000, 26))),
    "paid to the day": Story(400_000, product(), receipts=tuple(Receipt(100_231, day) for day in (7, 14, 21, 28))),
    "never paid": Story(400_000, product(rounding="HALF_EVEN")),
    "compounding": Story(9_999_99, product(penalty_compounds=True), penalty_rate="0.365", receipts=(Receipt(33_333, 9), Receipt(1, 20))),
    "paid within grace": Story(400_000, product(penalty_grace_days=3), receipts=(Receipt(101_000, 10), Receipt(100_000, 18))),
    "one day beyond grace": Story(400_000, product(penalty_grace_days=3), receipts=(Receipt(101_000, 11),)),
    "only after grace": Story(
        400_000, product(penalty_grace_days=5, penalty_only_after_grace=True), receipts=(Receipt(50_000, 9), Receipt(51_000, 15))
    ),
    "equal principal": Story(400_000, product(method="EQUAL_PRINCIPAL", day_count="ACTUAL/360"), receipts=(Receipt(101_500, 8),)),
    "interest only": Story(400_000, product(method="INTEREST_ONLY", penalty_compounds=True), receipts=(Receipt(900, 7), Receipt(901, 15))),
    "at maturity": Story(
        123_456, product(method="AT_MATURITY", frequency="MONTHLY"), starts=2, receipts=(Receipt(60_000, 5), Receipt(64_000, 33))
    ),
    # 5.00 overdue at 36.5% / 365: half a cent a day
    "half a cent goes up": Story(2_000, product(method="EQUAL_PRINCIPAL", penalty_basis=365), rate="0", penalty_rate="0.365"),
    "half a cent goes to even": Story(
        2_000, product(method="EQUAL_PRINCIPAL", penalty_basis=365, rounding="HALF_EVEN"), rate="0", penalty_rate="0.365"
    ),
    "held until due": Story(400_000, product(), receipts=(Receipt(250_000, 3), Receipt(10_000, 4), Receipt(250_000, 20))),
    "paid in advance": Story(400_000, product(early_money="ADVANCE"), receipts=(Receipt(250_000, 3), Receipt(80_000, 22))),
    "all paid in advance": Story(400_000, product(early_money="ADVANCE"), receipts=(Receipt(450_000, 3),)),
    # Saturdays: 28 March rolls to the 30th, 4 April beyond 清明 to the 7th
    "rolled over a holiday": Story(400_000, product(), starts=1, receipts=(Receipt(100_250, 10), Receipt(100_250, 19))),
    "not rolled": Story(400_000, product(due_date_roll="NONE"), starts=1, receipts=(Receipt(100_250, 10), Receipt(100_250, 18))),
    "to a closed loan": Story(100_000, product(), receipts=(Receipt(120_000, 8), Receipt(5_000, 29), Receipt(7_000, 31))),
    "late by file": Story(400_000, product(), receipts=(Receipt(100_231, 7, late=9), Receipt(100_231, 14), Receipt(20_000, 12, late=6))),
    "bounced": Story(400_000, product(), receipts=(Receipt(100_231, 7, bounces=4), Receipt(150_000, 14))),
    "bounced on the day": Story(
        400_000, product(), receipts=(Receipt(100_231, 7, bounces=0), Receipt(150_000, 14, channel="COUNTER", bounces=0))
    ),
    "bounced when paid off": Story(100_000, product(), receipts=(Receipt(60_000, 7), Receipt(60_000, 20, late=2, bounces=7))),
    "a fee with each instalment": Story(
        400_000, product(instalment_fee="7.50"), receipts=(Receipt(100_981, 7), Receipt(50_000, 14, channel="COUNTER"), Receipt(99_000, 21))
    ),
    "a fee when late": Story(
        400_000, product(late_fee="25.00", late_fee_after_days=3), receipts=(Receipt(100_231, 9), Receipt(300_000, 17), Receipt(9_000, 20))
    ),
    "paid before it was late": Story(400_000, product(late_fee="25.00", late_fee_after_days=3), receipts=(Receipt(100_500, 9, late=5),)),
    "paid off before a fee": Story(
        100_000, product(instalment_fee="7.50", early_money="ADVANCE"), receipts=(Receipt(110_000, 3, late=6), Receipt(1_000, 12))
    ),
    "components first": Story(400_000, product(allocation_order="component_first"), receipts=(Receipt(80_000, 16), Receipt(99_000, 23))),
    "principal first": Story(
        400_000, product(allocation_order="principal_first", penalty_compounds=True), receipts=(Receipt(150_000, 16), Receipt(99_000, 23))
    ),
}

receipts = st.builds(
    Receipt,
    cents=st.integers(1, 300_000),
    valued=st.integers(3, DAYS - 2),
    late=st.sampled_from([0, 0, 0, 1, 2, 5, 11]),
    bounces=st.sampled_from([None, None, None, 0, 1, 4]),
    channel=st.sampled_from(["BANK", "BANK", "COUNTER"]),
)

products = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["EQUAL_INSTALMENT", "EQUAL_PRINCIPAL", "INTEREST_ONLY", "AT_MATURITY"]),
        "frequency": st.sampled_from(["WEEKLY", "WEEKLY", "FORTNIGHTLY", "MONTHLY"]),
        "day_count": st.sampled_from(["30/360", "ACTUAL/360", "ACTUAL/364", "ACTUAL/365", "ACTUAL/ACTUAL"]),
        "rounding": st.sampled_from(["HALF_UP", "HALF_EVEN"]),
        "due_date_roll": st.sampled_from(["NONE", "FOLLOWING"]),
        "penalty_basis": st.sampled_from([360, 365]),
        "penalty_grace_days": st.sampled_from([0, 0, 1, 3]),
        "penalty_only_after_grace": st.booleans(),
        "penalty_compounds": st.booleans(),
        "instalment_fee": st.sampled_from(["0", "0", "7.50"]),
        "late_fee": st.sampled_from(["0", "0", "25.00"]),
        "late_fee_after_days": st.sampled_from([1, 4]),
        "allocation_order": st.sampled_from(["standard", "interest_first", "principal_first", "due_before_in_advance", "component_first"]),
        "early_money": st.sampled_from(["HOLD", "ADVANCE"]),
    }
)

stories = st.builds(
    Story,
    amount=st.one_of(st.integers(2_000, 500_000), st.sampled_from([2_000, 4_000, 400_000])),
    product=products,
    rate=st.sampled_from(["0", "0.12", "0.0825", "0.365"]),
    penalty_rate=st.sampled_from(["0", "0.18", "0.365", "0.127501"]),
    tenor=st.integers(1, 2),
    starts=st.integers(0, 3),
    receipts=st.lists(receipts, max_size=5).map(lambda some: tuple(sorted(some, key=lambda one: one.valued + one.late))),
)
