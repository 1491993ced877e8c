"""Demo inspections: of what the demo holds, on days that were, some of them bad."""

import datetime as dt

from catalog.rules.keys import body_key, certificate_key, company_key, product_key
from catalog.rules.numbers import normal_number
from seed_data.demo import generate_checks, generate_products, generate_visits

SEED = 7
TODAY = dt.date(2026, 11, 15)


def test_visits_are_of_certificates_of_the_demo_within_their_days() -> None:
    papers = {
        certificate_key(body_key(p.body), normal_number(p.number)): p
        for p in (record.certificate for record in generate_products(SEED, 300))
        if p is not None
    }
    visits = list(generate_visits(SEED, 300, TODAY))
    assert {visit.is_passed for visit in visits} == {True, False}
    for visit in visits:
        paper = papers[visit.of]
        assert paper.valid_from < visit.on <= min(paper.valid_to, TODAY)
    assert 0 < len({visit.of for visit in visits}) < len(papers)


def test_checks_are_of_products_of_the_demo() -> None:
    made = {
        product_key(
            company_key(record.company.name, record.company.credit_code),
            record.name,
            record.model,
            normal_number(record.certificate.number) if record.certificate else None,
        )
        for record in generate_products(SEED, 300)
    }
    checks = list(generate_checks(SEED, 300, TODAY))
    assert {check.of for check in checks} <= made
    assert {check.is_passed for check in checks} == {True, False}
    assert all(check.on < TODAY for check in checks)
