"""Purchase orders, the lines' fields of rules.md §5.2: what each comes to, to the letter."""

import pytest
from order_rules import (
    ONE_RECEIVED,
    Body,
    Given,
    add,
    bought,
    cells,
    chair,
    chairs,
    changed,
    comment,
    goods,
    lamp,
    read,
    revised,
    split,
)
from plan_documents import account
from plan_world import World
from rule_cases import Case, Command, Hold, Settle, check

LONG_NAME = "Ergonomic chair with adjustable arms and lumbar support, graphite grey"


def stocked(**fields: object) -> Body:
    """The line of the lamps as the stock code A100 in warehouse FG."""
    whole: Body = {"stock_code": "A100", "is_stocked": True, "warehouse": "FG"}
    return goods(**{**whole, "ledger_code": "", "product_class": "", **fields})


def with_stock(*lines: Body, **columns: str) -> Given:
    """SYSPRO's stock code A100 has these columns."""

    def given(world: World) -> None:
        row = {"StockCode": "A100", "StockUom": "EA", **columns}
        world.syspro("stock_code", "StockCode", ["A100"], row)
        read(world, *lines)

    return given


def mapping(kind: str, key: str, target: str, *lines: Body) -> Given:
    return lambda world: (world.mapping(kind, key, target), read(world, *lines))


def taxes(*names: str) -> list[Body]:
    return [{"id": place, "name": name} for place, name in enumerate(names)]


HALVES = [split(71, "18.75"), split(72, "18.75", "5100")]
# a third of 3 pieces is 1; of 37.50 it is 12.50
THIRDS = [split(71, "12.50"), split(72, "25.00", "5100")]
# 20000 x 1.00000444 = 20000.0888, 20000.09; at five decimals 1.00000 it is 20000.00, 0.09 off
FINE: Body = {"quantity": 20000, "price": "1.00000444", "total_cost": "20000.09"}
FREE: Body = {"price": "0.00000000", "total_cost": "0.00"}

CASES = [
    Case(
        name="line_id_binds_lines_whatever_their_place",
        given=revised(chair(quantity=3, total_cost="60.00"), lamp(), first=(lamp(), chair())),
        expect=Command(
            type="purchase_order_change",
            payload=changed(chairs(quantity="3", action="C", line=2)),
        ),
    ),
    Case(
        name="line_number_may_have_gaps",
        given=bought(lamp(PO_line_num=4), chair(PO_line_num=9, lineComment="Blue")),
        expect=add(goods(), chairs(), comment_lines=[comment("10422.comment/1", "Line 9: Blue")]),
    ),
    Case(name="line_sku_is_a_stock_code", given=bought(lamp(sku="A100")), expect=add(stocked())),
    Case(
        name="line_sku_of_the_catalogue_is_a_stock_code",
        given=bought(lamp(sku="VN-1", catalog_item={"id": 1, "internalSKU": "A100"})),
        expect=add(stocked()),
    ),
    Case(
        name="line_sku_is_mapped_to_a_stock_code",
        given=mapping("stock", "VN-1", "A100", lamp(sku="VN-1")),
        expect=add(stocked()),
    ),
    Case(
        name="line_sku_is_mapped_to_none_that_there_is",
        given=mapping("stock", "VN-1", "B200", lamp(sku="VN-1")),
        expect=Hold(reason="STOCK_CODE_ON_HOLD", says=("no stock code B200",)),
    ),
    Case(
        name="line_sku_is_the_vendors",
        given=bought(lamp(sku="VN-1")),
        expect=add(goods(stock_code="VN-1")),
    ),
    Case(
        name="line_sku_on_hold_for_purchasing",
        given=with_stock(lamp(sku="A100"), PurchOnHold="Y"),
        expect=Hold(reason="STOCK_CODE_ON_HOLD", says=("A100 is on hold",)),
    ),
    Case(
        name="line_sku_without_a_warehouse",
        given=bought(lamp(sku="A100")),
        policy={"default_warehouse": ""},
        expect=Hold(reason="WAREHOUSE_INVALID"),
    ),
    Case(
        name="line_sku_in_a_warehouse_that_there_is_not",
        given=mapping("warehouse", "HQ", "ZZ", lamp(sku="A100")),
        expect=Hold(reason="WAREHOUSE_INVALID", says=("no warehouse ZZ",)),
    ),
    # the first 50 characters end after "lumbar"
    Case(
        name="line_name_wraps_into_comments_of_its_line",
        given=bought(lamp(name=LONG_NAME, lineComment="Arms\tin black")),
        expect=add(
            goods(description="Ergonomic chair with adjustable arms and lumbar"),
            comment_lines=[
                comment("10421.name/1", "Line 1: support, graphite grey"),
                comment("10421.comment/1", "Line 1: Arms in black"),
            ],
        ),
    ),
    Case(
        name="line_quantity_of_five_decimals",
        given=bought(lamp(quantity="0.12345", price="100.00", total_cost="12.35")),
        expect=add(goods(quantity="0.12345", price="100")),
    ),
    Case(
        name="line_quantity_of_seven_decimals",
        given=bought(lamp(quantity="0.1234567", price="100.00", total_cost="12.35")),
        expect=Hold(reason="QTY_PRECISION", says=("0.1234567",)),
    ),
    Case(
        name="line_amount_is_its_quantity_at_one",
        given=bought(lamp(receive_method=1, quantity=1, price="37.50")),
        expect=add(goods(quantity="37.5", price="1")),
    ),
    Case(
        name="line_unit_unmapped_has_the_default",
        given=bought(lamp(unit="pallet")),
        expect=add(goods(unit="EA")),
    ),
    Case(
        name="line_unit_unmapped_of_a_stocked_line",
        given=bought(lamp(unit="pallet", sku="A100")),
        expect=Hold(reason="UNIT_UNMAPPED", says=("pallet",)),
    ),
    Case(
        name="line_price_of_eight_decimals_is_rounded_half_up",
        given=bought(lamp(price="12.50000500", total_cost="37.50")),
        expect=add(goods(price="12.50001")),
    ),
    Case(
        name="line_price_that_does_not_tie_is_one_piece_at_the_total",
        given=bought(lamp(**FINE)),
        expect=add(goods(quantity="1", price="20000.09")),
    ),
    # 1.00000444 x 1000 = 1000.00444; 20 x 1000.00444 = 20000.0888, 0.0012 off
    Case(
        name="line_price_is_for_a_larger_unit_where_the_company_has_one",
        given=mapping("price_unit", "EA:1000", "M", lamp(**FINE, sku="A100")),
        expect=add(stocked(quantity="20000", price="1000.00444", price_unit="M")),
    ),
    Case(
        name="line_price_that_does_not_tie_of_a_stocked_line",
        given=bought(lamp(**FINE, sku="A100")),
        expect=Hold(reason="PRICE_PRECISION"),
    ),
    Case(
        name="line_price_that_is_not_its_total",
        given=bought(lamp(total_cost="38.00")),
        expect=Hold(reason="TOTAL_MISMATCH", says=("12.50000000 x 3 is not 38.00",)),
    ),
    Case(
        name="line_price_tolerance_is_the_companys",
        given=bought(lamp(total_cost="37.54")),
        policy={"price_tolerance_line": "0.04"},
        expect=add(),
    ),
    Case(
        name="line_zero_price_is_held", given=bought(lamp(**FREE)), expect=Hold(reason="ZERO_PRICE")
    ),
    Case(
        name="line_zero_price_of_free_goods",
        given=bought(lamp(**FREE)),
        policy={"zero_price": "allow"},
        expect=add(goods(price="0"), is_zero_price_allowed=True),
    ),
    Case(
        name="line_taxes_several_are_one_by_mapping",
        given=mapping("tax", "GST 5%+PST 7%", "C", lamp(taxes=taxes("PST 7%", "GST 5%"))),
        expect=add(goods(tax_code="C"), is_taxable=True),
    ),
    Case(
        name="line_taxes_several_without_a_mapping",
        given=bought(lamp(taxes=taxes("PST 7%", "GST 5%"))),
        expect=Hold(reason="TAX_SEVERAL"),
    ),
    Case(
        name="line_taxes_mapped_to_a_code_that_there_is_not",
        given=mapping("tax", "Eco", "ZZ", lamp(taxes=taxes("Eco"))),
        expect=Hold(reason="TAX_UNMAPPED", says=("no tax code ZZ",)),
    ),
    Case(
        name="line_account_of_the_department_goes_first",
        given=bought(lamp(account=account("6100", "Engineering"))),
        expect=add(goods(ledger_code="6100-20")),
    ),
    Case(
        name="line_account_of_the_item_goes_before_all",
        given=mapping("account", "override:item:10421", "5100-00"),
        expect=add(goods(ledger_code="5100-00")),
    ),
    Case(
        name="line_account_of_vendor_and_department_goes_before_the_departments",
        given=mapping("account", "6100/Engineering@vendor:118", "5100-00"),
        expect=add(goods(ledger_code="5100-00")),
    ),
    Case(
        name="line_account_missing",
        given=bought(lamp(account=None)),
        expect=Hold(reason="LINE_NO_ACCOUNT", says=("line 1",)),
    ),
    Case(
        name="line_account_of_a_stocked_line_is_the_warehouses",
        given=bought(lamp(sku="A100", account=account("6990"))),
        expect=add(stocked()),
    ),
    Case(
        name="line_splits_of_a_service_are_lines",
        given=bought(lamp(spend_allocation=THIRDS)),
        expect=add(
            goods("10421/71", stock_code="PI-10421", quantity="1"),
            goods("10421/72", stock_code="PI-10421", quantity="2", ledger_code="5100-00"),
        ),
    ),
    # 10000.045 is 10000.05 half up, twice a cent too much, which the first gives up
    Case(
        name="line_splits_of_a_value_are_cents",
        given=bought(
            lamp(
                receive_method=1,
                quantity=1,
                price="20000.09",
                total_cost="20000.09",
                spend_allocation=[split(71, "10000.045"), split(72, "10000.045", "5100")],
            )
        ),
        expect=add(
            goods("10421/71", stock_code="PI-10421", quantity="10000.04", price="1"),
            goods(
                "10421/72",
                stock_code="PI-10421",
                quantity="10000.05",
                price="1",
                ledger_code="5100-00",
            ),
        ),
    ),
    Case(
        name="line_splits_of_stock_are_one_line",
        given=bought(lamp(sku="A100", spend_allocation=HALVES)),
        expect=add(stocked()),
    ),
    Case(
        name="line_splits_stay_one_line",
        given=bought(lamp(spend_allocation=HALVES)),
        policy={"split_lines": "single"},
        expect=add(),
    ),
    Case(
        name="line_splits_are_held",
        given=bought(lamp(spend_allocation=HALVES)),
        policy={"split_lines": "hold"},
        expect=Hold(reason="SPLIT_LINE", says=("2 accounts",)),
    ),
    Case(
        name="line_splits_that_are_not_the_total",
        given=bought(lamp(spend_allocation=[split(71, "18.75"), split(72, "18.00")])),
        expect=Hold(reason="TOTAL_MISMATCH", says=("36.75 of 37.5",)),
    ),
    Case(
        name="line_status_denied_is_not_sent",
        given=bought(lamp(), chair(status=7), subtotal="37.50", total="37.50"),
        expect=add(),
    ),
    Case(
        name="line_status_denied_after_it_was_sent_is_taken_out",
        given=revised(
            lamp(), chair(status=4), first=(lamp(), chair()), subtotal="37.50", total="37.50"
        ),
        expect=Command(type="purchase_order_change", payload=changed(chairs(action="D", line=2))),
    ),
    Case(
        name="line_received_in_procurify_changes_nothing",
        given=revised(lamp(receivedPassQty="2.00000", status=5), rows=({},)),
        expect=Settle(state="in_syspro"),
    ),
    Case(
        name="line_received_in_syspro_is_what_was_seen",
        given=revised(lamp(name="Floor lamp"), rows=(ONE_RECEIVED,)),
        expect=Command(
            type="purchase_order_change",
            payload=changed(
                goods(description="Floor lamp", action="C", line=1, seen=cells("3", "1"))
            ),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_line_when_a_field_says_something_then_it_comes_to_what_the_rule_says(case: Case) -> None:
    check(case)
