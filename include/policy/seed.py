"""Fill the reference tables from the policy files: ``python -m include.policy.seed``, run by every migration to head.

Safe to repeat: rows are replaced by key, a changed product becomes a new version, nothing that a loan points to changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, text

from include import policy

COMPONENTS = ("penalty", "fee", "interest", "principal")


def seed(connection: Connection) -> None:
    """Write every reference table. The caller commits."""
    _transitions(connection)
    _products(connection)
    _accounts(connection)
    _servicing(connection)
    _changes(connection)
    _model_watch(connection)
    _calendar(connection)


def _upsert(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    if not rows:
        return
    columns = list(rows[0])
    values = ", ".join(f":{column}" for column in columns)
    updates = ", ".join(f"{column} = values({column})" for column in columns)
    connection.execute(text(f"insert into {table} ({', '.join(columns)}) values ({values}) on duplicate key update {updates}"), rows)  # noqa: S608


def _replace(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    connection.execute(text(f"delete from {table}"))  # noqa: S608
    _upsert(connection, table, rows)


def _transitions(connection: Connection) -> None:
    for machine, moves in policy.read("transitions").items():
        _replace(connection, f"{machine}_transition", ({"from_state": a, "to_state": b, "rule": rule} for a, b, rule in moves))


def _products(connection: Connection) -> None:
    document = policy.read("products")
    for code, product in document["products"].items():
        content = json.dumps(product, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(content.encode()).hexdigest()
        latest = connection.execute(
            text("select version, content_hash from loan_product where product_code = :code order by version desc limit 1"), {"code": code}
        ).one_or_none()
        if latest is None or latest.content_hash != digest:
            _upsert(connection, "loan_product", [_product_row(code, product, digest, (latest.version if latest else 0) + 1)])
    _replace(connection, "allocation_order", _allocation_rows(document["allocation_orders"]))


def _product_row(code: str, product: Mapping[str, Any], digest: str, version: int) -> dict[str, Any]:
    penalty, fees = product["penalty"], product.get("fees", {})
    return {
        "product_code": code,
        "version": version,
        "content_hash": digest,
        "name_en": product["name"]["en"],
        "name_zh": product["name"]["zh"],
        "method": product["method"].upper(),
        "frequency": product["frequency"].upper(),
        "day_count": product["day_count"].upper(),
        "rounding": product["rounding"].upper(),
        "due_date_roll": product["due_date_roll"].upper(),
        "annual_rate": str(product["annual_rate"]),
        "penalty_rate_factor": str(penalty["rate_factor"]) if "rate_factor" in penalty else None,
        "penalty_rate": str(penalty["rate"]) if "rate" in penalty else None,
        "penalty_basis": penalty["basis"],
        "penalty_grace_days": penalty["grace_days"],
        "penalty_only_after_grace": penalty["only_after_grace"],
        "penalty_compounds": penalty["compounds"],
        "delinquency_grace_days": product.get("delinquency_grace_days"),
        "instalment_fee": str(fees.get("instalment", 0)),
        "late_fee": str(fees.get("late", 0)),
        "late_fee_after_days": fees.get("late_after_days", 0),
        "allocation_order": product["allocation_order"],
        "early_money": product["early_money"].upper(),
        "payoff_fee_rate": str(product.get("payoff_fee_rate", 0)),
        "auto_accept": product["auto_accept"],
        "min_amount": product["amount"][0],
        "max_amount": product["amount"][1],
        "min_tenor": product["tenor"][0],
        "max_tenor": product["tenor"][1],
    }


def _allocation_rows(orders: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for code, order in orders.items():
        for bucket_position, bucket in enumerate(order["buckets"]):
            components = order["components"]
            for position, component in enumerate(components if isinstance(components, list) else components[bucket]):
                by_instalment = order["by"] == "instalment"
                yield {
                    "order_code": code,
                    "bucket": bucket.upper(),
                    "component": component.upper(),
                    "bucket_position": bucket_position,
                    "position": position if by_instalment else bucket_position * len(COMPONENTS) + position,
                    "by_instalment": by_instalment,
                }


def _accounts(connection: Connection) -> None:
    document = policy.read("accounts")
    names = ("account_code", "name_en", "name_zh", "kind", "normal_side")
    _upsert(connection, "chart_of_accounts", (dict(zip(names, account, strict=True)) for account in document["accounts"]))
    _replace(
        connection,
        "posting_rule",
        (
            {"event": event, "component": component, "debit_account": debit, "credit_account": credit}
            for event, components in document["posting_rules"].items()
            for component, (debit, credit) in components.items()
        ),
    )
    _replace(connection, "vat_rate", _vat_rates(document))


def _vat_rates(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    taken_out_of = {debit for debit, _ in document["posting_rules"].get("VAT", {}).values()}
    for item in document.get("vat") or ():
        if item["account"] not in taken_out_of:
            raise ValueError(f"accounts.yaml: account {item['account']} has a VAT rate and no posting rule VAT that debits it.")
        yield {"account_code": item["account"], "valid_from": item["from"], "rate": str(item["rate"])}


def _changes(connection: Connection) -> None:
    kinds = policy.read("changes")["kinds"].items()
    _upsert(
        connection,
        "change_kind",
        ({"kind": kind, "name_en": item["name"]["en"], "name_zh": item["name"]["zh"], "rule": item["rule"]} for kind, item in kinds),
    )


def _servicing(connection: Connection) -> None:
    document = policy.read("servicing")
    _replace(
        connection,
        "asset_class",
        (
            {
                "class_code": item["code"],
                "name_en": item["name"]["en"],
                "name_zh": item["name"]["zh"],
                "dpd_from": item["dpd"][0],
                "dpd_to": item["dpd"][1],
                "coverage": str(item["coverage"]),
                "is_non_performing": item["non_performing"],
                "improves_after_days": item["improves_after"],
            }
            for item in document["asset_classes"]
        ),
    )
    _replace(
        connection,
        "delinquency_bucket",
        (
            {
                "bucket_code": item["code"],
                "name_en": item["name"]["en"],
                "name_zh": item["name"]["zh"],
                "days_from": item["days"][0],
                "days_to": item["days"][1],
            }
            for item in document["delinquency_buckets"]
        ),
    )
    _replace(
        connection,
        "reminder_rule",
        ({"rule_code": rule["code"], **{key: value for key, value in rule.items() if key != "code"}} for rule in document["reminders"]),
    )
    plain = {name: value for name, value in document.items() if not isinstance(value, list)}
    bank = policy.read("intake")["bank_statement"]
    plain |= {"bank_statement_required": bank["required"], "bank_statement_payouts": bool(bank["payouts"])}
    plain |= {"bank_statement_channels": ",".join(bank["channels"])}
    _replace(connection, "policy_setting", ({"name": name, "value": str(value)} for name, value in plain.items()))


def _model_watch(connection: Connection) -> None:
    document = policy.read("model_watch")
    limits = (
        {"measure": measure, "limit_low": limit.get("low"), "limit_high": limit.get("high"), "min_count": limit.get("min", 0)}
        for measure, limit in document["watch"].items()
    )
    _replace(connection, "score_limit", limits)
    begins = {item["outcome"]: item["from"] for item in policy.read("credit_policy")["bands"]}  # the lowest band of each outcome
    settings = {
        "score_performance_months": document["training"]["performance_months"],
        "score_bad_days_past_due": document["training"]["bad_days_past_due"],
        "score_approves_from": begins["approve"],
        "score_refers_from": begins.get("refer", begins["approve"]),
    }
    _upsert(connection, "policy_setting", ({"name": name, "value": str(value)} for name, value in settings.items()))


def _calendar(connection: Connection) -> None:
    _upsert(connection, "calendar_day", calendar_days())


def calendar_days() -> Iterable[dict[str, Any]]:
    """Every day that policy covers, as rows of calendar_day."""
    document = policy.read("calendar")
    holidays = {
        start + timedelta(days=n): name
        for year in document["holidays"].values()
        for start, end, name in year
        for n in range((end - start).days + 1)
    }
    working = {day for year in document["working_weekends"].values() for day in year}
    first, last = date(document["years"][0], 1, 1), date(document["years"][1], 12, 31)
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        yield {
            "calendar_date": day,
            "is_business_day": (day.weekday() < 5 or day in working) and day not in holidays,
            "note": holidays.get(day) or ("调休上班" if day in working else None),
        }


if __name__ == "__main__":
    from include.database import engine

    with engine().begin() as connection:
        seed(connection)
