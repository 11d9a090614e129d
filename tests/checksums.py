"""Checksums of every table by natural key: two runs of the same dates must give the same, however they were run.

Ids are replaced by the key that people use (loan_no, external_ref, ...); what may differ between two right runs is
listed here column by column. A table that stands on no list fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

# Ids of other tables, by the key that means something outside this database.
BY_NATURAL_KEY = {
    "loan_id": "(select x.loan_no from loan as x where x.loan_id = t.loan_id)",
    "application_id": "(select x.application_no from application as x where x.application_id = t.application_id)",
    "customer_id": "(select x.customer_no from customer as x where x.customer_id = t.customer_id)",
    "product_id": "(select concat(x.product_code, ' v', x.version) from loan_product as x where x.product_id = t.product_id)",
    "repayment_id": "(select concat(x.source, ' ', x.external_ref) from repayment as x where x.repayment_id = t.repayment_id)",
    "landing_file_id": "(select concat(x.dataset, ' ', x.business_date, ' ', x.sha256) from landing_file as x"
    " where x.landing_file_id = t.landing_file_id)",
    "change_request_id": "(select concat(x.kind, ' ', x.business_date, ' ', x.reason) from change_request as x"
    " where x.change_request_id = t.change_request_id)",
    "reverses_entry_id": "(select concat(x.entry_type, ' ', x.business_date, ' ', x.value_date) from ledger_entry as x"
    " where x.entry_id = t.reverses_entry_id)",
    "ledger_entry_id": "(select concat(x.entry_type, ' ', x.instalment_no, ' ', x.value_date) from ledger_entry as x"
    " where x.entry_id = t.ledger_entry_id)",
}

# Own ids and clocks, and texts that hold a nonce or a path. Everything else must be equal.
VOLATILE: dict[str, set[str]] = {
    "business_day": {"opened_at", "cut_off_at", "closed_at"},
    "shard": {"loan_from", "loan_to"},
    "step_run": {"run_id", "done_at", "details"},
    "landing_file": {"landing_file_id", "uri", "record_uri", "pulled_at"},
    "quarantine": {"quarantine_id", "source_row", "fixed_row", "created_at"},
    "invariant_check": {"checked_at"},
    "customer": {"customer_id"},
    "customer_identity": {"name_cipher", "id_number_cipher", "phone_cipher", "email_cipher"},
    "application": {"application_id", "payee_cipher"},
    "application_history": {"history_id", "changed_at"},
    "application_score": set(),
    "application_decision": {"decision_id"},
    "payout": {"payout_id"},
    "loan": {"loan_id"},
    "loan_history": {"history_id", "changed_at"},
    "loan_class_history": {"history_id", "changed_at"},
    "delinquency_history": set(),
    "delinquency_pause": {"pause_id"},
    "instalment": set(),
    "schedule_version": set(),
    "book_import": {"taken_over_at"},
    "imported_loan": set(),
    "imported_event": set(),
    "repayment": {"repayment_id", "received_at"},
    "ledger_entry": {"entry_id", "booked_at"},
    "suspense_item": {"suspense_id"},
    "loan_accrual": set(),
    "change_request": {"change_request_id", "made_at", "decided_at"},
    "change_request_history": {"history_id", "changed_at"},
    "reminder": {"reminder_id", "sent_at"},
    "journal": {"journal_id"},
    "loan_day": set(),
    "expected_cash_day": set(),
    "report_portfolio": set(),
    "report_ageing": set(),
    "report_approval_funnel": set(),
    "report_collections": set(),
    "report_classification": set(),
    "report_expected_cash": set(),
    "report_vintage": set(),
    "report_vintage_late": set(),
    "report_trial_balance": set(),
    "report_suspense_ageing": set(),
    "vat_day": set(),
    "account_day": set(),
    "bank_statement": set(),
    "bank_line": {"bank_line_id", "counterparty_cipher"},
    "bank_item": {"bank_item_id", "source_id", "bank_line_id"},
    "bank_statement_override": {"made_at"},
    "report_roll_rates": set(),
    "report_concentration": set(),
    "report_top_exposures": set(),
    "report_score_bands": set(),
    "score_bin_day": set(),
    "model_loan": set(),
    "model_loan_bad": set(),
    "report_model_outcomes": set(),
    "report_model_health": set(),
}

# Tables that are not the result of a day: policy, the migration's own, what was tried, the registry's approvals.
NOT_OF_A_DAY = {
    "schema_version",
    "step_attempt",
    "loan_product",
    "allocation_order",
    "application_transition",
    "loan_transition",
    "asset_class",
    "delinquency_bucket",
    "reminder_rule",
    "chart_of_accounts",
    "posting_rule",
    "calendar_day",
    "policy_setting",
    "change_kind",
    "change_request_transition",
    "score_model",
    "score_model_promotion",
    "vat_rate",
    "desk_right",
    "application_review",
    "loan_note",
    "promise_to_pay",
    "personal_data_shown",
    "score_reference",
    "score_limit",
    # views
    "training_application",
    "training_loan_day",
}


def checksums(engine: Engine) -> dict[str, str]:
    """Rows and SHA-256 of every table that a day writes, as ``"<rows> <digest>"`` by table.

    Raises
    ------
    AssertionError : a table stands neither in VOLATILE nor in NOT_OF_A_DAY.
    """
    with engine.connect() as connection:
        tables = set(connection.scalars(text("select table_name from information_schema.tables where table_schema = database()")))
        unlisted = tables - set(VOLATILE) - NOT_OF_A_DAY
        assert not unlisted, f"say in tests/checksums.py what of these tables may differ between two right runs: {sorted(unlisted)}"
        return {table: _digest(rows(connection, table)) for table in sorted(VOLATILE)}


def rows(connection: Connection, table: str) -> list[str]:
    """The rows of ``table`` by natural key, without what is volatile, sorted."""
    columns = connection.scalars(
        text(
            "select column_name from information_schema.columns where table_schema = database() and table_name = :table"
            " order by ordinal_position"
        ),
        {"table": table},
    )
    chosen = [BY_NATURAL_KEY.get(name, f"t.`{name}`") for name in columns if name not in VOLATILE[table]]
    found = connection.execute(text(f"select {', '.join(chosen)} from {table} as t"))
    return sorted("|".join("~" if value is None else str(value) for value in row) for row in found)


def differences(one: Engine, other: Engine, most: int = 5) -> dict[str, list[str]]:
    """For people: rows that only one of two databases holds, by table."""
    found: dict[str, list[str]] = {}
    with one.connect() as a, other.connect() as b:
        for table in VOLATILE:
            left, right = rows(a, table), rows(b, table)
            if left != right:
                only_left, only_right = sorted(set(left) - set(right)), sorted(set(right) - set(left))
                found[table] = [f"< {row}" for row in only_left[:most]] + [f"> {row}" for row in only_right[:most]]
    return found


def _digest(lines: Iterable[str]) -> str:
    lines = list(lines)
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"
