"""Concentration by product, region and industry."""

from __future__ import annotations

from sqlalchemy import Engine, text

from tests.reports.book import Days, assert_report, build, rows_of


def test_each_dimension_divides_the_whole_book(any_database: Engine) -> None:
    days = Days(any_database)
    with any_database.connect() as connection:
        first, second = connection.scalars(
            text("select min(product_id) from loan_product where product_code in ('WC-INSTALMENT', 'WC-PRINCIPAL') group by product_code")
        )
    days.write(
        "loan_day",
        f"""
        loan_id customer_id product_id region   industry state       days_past_due class_code principal_balance arrears
        1       1           {first}    Shanghai retail   ACTIVE      0             1          600.00            0
        2       1           {second}   Shanghai retail   OVERDUE     12            2          100.00            10.00
        3       2           {first}    Zhejiang -        DEFAULTED   200           3          200.00            50.00
        4       3           {first}    -        retail   ACTIVE      0             1          100.00            0
        5       4           {first}    Beijing  mining   PAID_OFF    0             1          0                 0
        6       5           {first}    Beijing  mining   WRITTEN_OFF 400           5          0                 99.00
        """,
    )
    day = days.close()
    result = build(any_database, "concentration", day)
    assert (result.rows, str(result.amount)) == (7, "1000.00")
    assert_report(
        any_database,
        "concentration",
        day,
        """
        dimension rank_no value         customers loans principal principal_share arrears overdue_principal npl_principal npl_ratio
        INDUSTRY  1       retail        2         3     800.00    0.800000        10.00   100.00            0.00          0.000000
        INDUSTRY  2       UNKNOWN       1         1     200.00    0.200000        50.00   200.00            200.00        1.000000
        PRODUCT   1       WC-INSTALMENT 3         3     900.00    0.900000        50.00   200.00            200.00        0.222222
        PRODUCT   2       WC-PRINCIPAL  1         1     100.00    0.100000        10.00   100.00            0.00          0.000000
        REGION    1       Shanghai      1         2     700.00    0.700000        10.00   100.00            0.00          0.000000
        REGION    2       Zhejiang      1         1     200.00    0.200000        50.00   200.00            200.00        1.000000
        REGION    3       UNKNOWN       1         1     100.00    0.100000        0.00    0.00              0.00          0.000000
        """,
    )
    index = {row["dimension"]: row["concentration_index"] for row in rows_of(any_database, "concentration", day)}
    assert index == {"INDUSTRY": "0.680000", "PRODUCT": "0.820000", "REGION": "0.540000"}


def test_equal_sums_are_ranked_by_name(any_database: Engine) -> None:
    days = Days(any_database)
    days.write("loan_day", "loan_id region principal_balance\n1 Zhejiang 5.00\n2 Anhui 5.00\n3 Beijing 5.00")
    day = days.close()
    build(any_database, "concentration", day)
    ranked = [row["value"] for row in rows_of(any_database, "concentration", day) if row["dimension"] == "REGION"]
    assert ranked == ["Anhui", "Beijing", "Zhejiang"]


def test_an_empty_book_is_concentrated_nowhere(any_database: Engine) -> None:
    day = Days(any_database).close()
    assert build(any_database, "concentration", day).rows == 0
    assert rows_of(any_database, "concentration", day) == []
