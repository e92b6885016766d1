from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tools.commerce.goods import imports, queries, service
from tools.commerce.goods.imports import Imported
from tools.commerce.goods.invariants import INVARIANTS
from tools.kernel.db import Database
from tools.kernel.errors import OperatorError
from tools.payout import service as payout

arrow: Any = pa  # Any: pyarrow ships no types
files: Any = parquet
MakeSeller = Callable[..., int]
PRODUCTS = (
    "code,title,category,supplier,ships_from,price,commission,stock,samples,refund_rate,women,parents,young,months\n"
    "P1001,牛肉酱,食品,老滋味,沈阳,39.90,22,100,5,1.8,58,44,38,6;7;8\n"
    "P1002,四件套,家居,南通布坊,南通,79.9,22.5%,50,0,0,72,55,34,\n"
)
SALES = (
    "number,code,handle,quantity,paid,commission,bought_on,received_on,refunded_on\n"
    "S1,P1001,laotie,2,79.80,22,2022-08-01,2022-08-03,\n"
    "S2,P1001,@laotie,1,39.90,22,2022-08-02,,\n"
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Return a writer of the file goods.csv."""

    def made(text: str) -> Path:
        path = tmp_path / "goods.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return made


class TestImportProducts:
    def test_stores_each_once_and_what_changed(
        self, database: Database, write: Callable[[str], Path], now: datetime
    ) -> None:
        with database.writing() as session:
            first = imports.import_products(session, write(PRODUCTS), now=now)
            again = imports.import_products(session, write(PRODUCTS), now=now)
            changed = imports.import_products(session, write(PRODUCTS.replace("39.90", "35.00")), now=now)
            row = queries.products_by_code(session, ["P1001"])["P1001"]

            assert (first, again, changed) == (
                Imported(new=2),
                Imported(unchanged=2),
                Imported(changed=1, unchanged=1),
            )
            assert (row.price_fen, row.commission_bp, row.refund_bp, row.months) == (
                3_500,
                2_200,
                180,
                0b11100000,
            )

    def test_takes_down_what_is_returned_too_often(
        self, database: Database, write: Callable[[str], Path], a_seller: MakeSeller, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            imports.import_products(session, write(PRODUCTS), now=now)
            sauce = queries.products_by_code(session, ["P1001"])["P1001"]
            service.add(session, creator_id=creator, product_id=sauce.id, now=now)

            found = imports.import_products(session, write(PRODUCTS.replace(",1.8,", ",10.01,")), now=now)

            assert (found.delisted, found.unshelved) == (1, 1)
            assert service.shelf(session, creator_id=creator) == []
            assert [line for one in INVARIANTS for line in one.violations(session)] == []

    def test_reads_parquet_the_same(self, database: Database, tmp_path: Path, now: datetime) -> None:
        names, *rows = (line.split(",") for line in PRODUCTS.splitlines())
        columns = {name: [row[place] or None for row in rows] for place, name in enumerate(names)}
        path = tmp_path / "goods.parquet"
        files.write_table(arrow.table(columns), path)

        with database.writing() as session:
            assert imports.import_products(session, path, now=now) == Imported(new=2)

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ("39.90", "39.901", "goods.csv row 2, column price: not an amount of yuan with at most two decimals: '39.901'"),
            ("P1002", "P1001", "goods.csv row 3, column code: P1001 is in row 2 already"),
            ("家居", "床品", "goods.csv row 3, column category: not one of 食品, 农资, 家居, 母婴, 美妆, 服饰, 数码, 宠物, 运动, 图书, 汽车用品, 珠宝: '床品'"),
            (",22,", ",95,", "goods.csv row 2, column commission: not a percentage from 0 to 90 with at most two decimals: '95'"),
            ("6;7;8", "6;13", "goods.csv row 2, column months: not months as 6;7;8: '6;13'"),
            (",100,", ",-1,", "goods.csv row 2, column stock: not a whole number from 0 to 1000000000: '-1'"),
            (",58,", ",nan,", "goods.csv row 2, column women: not a number: 'nan'"),
            ("牛肉酱", "", "goods.csv row 2, column title: is empty"),
            ("title", "name", "goods.csv row 1: unknown column 'name'; known are code, title, category, supplier, ships_from, price, commission, stock, samples, refund_rate, women, parents, young, months"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_and_changes_nothing(
        self, database: Database, write: Callable[[str], Path], now: datetime, old: str, new: str, line: str
    ) -> None:
        with database.writing() as session:
            with pytest.raises(OperatorError) as caught:
                imports.import_products(session, write(PRODUCTS.replace(old, new, 1)), now=now)

            assert str(caught.value) == line
            assert queries.products_by_code(session, ["P1001", "P1002"]) == {}

    def test_refuses_what_is_no_table(self, database: Database, tmp_path: Path, now: datetime) -> None:
        with database.writing() as session:
            with pytest.raises(OperatorError, match=r"goods\.txt: neither \.csv nor \.parquet"):
                imports.import_products(session, tmp_path / "goods.txt", now=now)
            with pytest.raises(OperatorError, match="no such file"):
                imports.import_products(session, tmp_path / "goods.csv", now=now)


class TestImportSales:
    def test_books_what_was_received_once(
        self, database: Database, write: Callable[[str], Path], a_seller: MakeSeller, now: datetime
    ) -> None:
        with database.writing() as session:
            creator = a_seller(session)
            imports.import_products(session, write(PRODUCTS), now=now)

            first = imports.import_sales(session, write(SALES), now=now)
            again = imports.import_sales(session, write(SALES), now=now)
            booked = payout.balance(session, creator_id=creator)
            refund = imports.import_sales(
                session, write(SALES.replace("2022-08-03,", "2022-08-03,2022-08-06")), now=now
            )

            assert (first, again, refund) == (
                Imported(new=2),
                Imported(unchanged=2),
                Imported(changed=1, unchanged=1),
            )
            assert booked.available_fen + booked.unsettled_fen == 1_755
            left = payout.balance(session, creator_id=creator)
            assert left.available_fen + left.unsettled_fen == 0

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            (
                "P1001,laotie",
                "P9999,laotie",
                "goods.csv row 2, column code: no product with this code: 'P9999'",
            ),
            ("@laotie", "nobody", "goods.csv row 3, column handle: no creator with this handle: 'nobody'"),
            (
                "2022-08-03",
                "2022-07-31",
                "goods.csv row 2, column received_on: 2022-07-31 is before bought_on 2022-08-01",
            ),
            ("2022-08-02", "08/02", "goods.csv row 3, column bought_on: not a day as YYYY-MM-DD: '08/02'"),
        ],
    )
    def test_says_what_is_wrong(
        self, database: Database, write: Callable[[str], Path], a_seller: MakeSeller, now: datetime,
        old: str, new: str, line: str,
    ) -> None:  # fmt: skip
        with database.writing() as session:
            a_seller(session)
            imports.import_products(session, write(PRODUCTS), now=now)

            with pytest.raises(OperatorError) as caught:
                imports.import_sales(session, write(SALES.replace(old, new, 1)), now=now)

            assert str(caught.value) == line

    def test_names_the_cell_that_contradicts_what_was_told_before(
        self, database: Database, write: Callable[[str], Path], a_seller: MakeSeller, now: datetime
    ) -> None:
        with database.writing() as session:
            a_seller(session)
            imports.import_products(session, write(PRODUCTS), now=now)
            imports.import_sales(session, write(SALES), now=now)

            with pytest.raises(OperatorError) as caught:
                imports.import_sales(session, write(SALES.replace("39.90", "40.00")), now=now)

            assert str(caught.value) == "goods.csv row 3, column paid: was 3990 before"


class TestImportClicksAndFans:
    def test_replace_what_was_told_before(
        self, database: Database, write: Callable[[str], Path], a_seller: MakeSeller, now: datetime
    ) -> None:
        clicks = "handle,code,day,clicks\nlaotie,P1001,2022-08-01,30\n"
        fans = "handle,women,parents,young,counted_on\nlaotie,46,52,41,2022-08-01\n"
        with database.writing() as session:
            creator = a_seller(session)
            imports.import_products(session, write(PRODUCTS), now=now)

            assert imports.import_clicks(session, write(clicks)) == Imported(new=1)
            assert imports.import_clicks(session, write(clicks)) == Imported(unchanged=1)
            assert imports.import_clicks(session, write(clicks.replace(",30", ",31"))) == Imported(changed=1)
            assert imports.import_fans(session, write(fans)) == Imported(new=1)
            assert imports.import_fans(session, write(fans.replace("46", "47"))) == Imported(changed=1)
            found = queries.fans(session, creator_id=creator)
            assert found is not None
            assert found.women_bp == 4_700
