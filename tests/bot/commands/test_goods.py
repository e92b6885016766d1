"""`guanghe goods`, as operators meet it."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.goods import goods_commands
from bot.settings import Settings
from tools.kernel.errors import OperatorError

COLUMNS = "code,title,category,supplier,ships_from,price,commission,stock,samples,refund_rate,women,parents,young,months"
ROW = "P9001,山核桃仁,食品,果仁坊,杭州,39.90,22,100,5,1.8,58,44,38,9;10"


@pytest.fixture(autouse=True)
def home(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands open a demo of the test's own."""
    monkeypatch.setenv("GUANGHE_HOME", str(demo_settings.home))


def run(commands: typer.Typer, *arguments: str) -> str:
    done = CliRunner().invoke(commands, list(arguments))
    if isinstance(done.exception, OperatorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


class TestGoods:
    def test_imports_products_orders_openings_and_fans(self, tmp_path: Path) -> None:
        def written(name: str, text: str) -> str:
            path = tmp_path / f"{name}.csv"
            path.write_text(text, "utf-8")
            return str(path)

        products = written("products", f"{COLUMNS}\n{ROW}\n")
        sales = written(
            "sales",
            "number,code,handle,quantity,paid,commission,bought_on,received_on,refunded_on\n"
            "X1,P9001,laotie,1,39.90,22,2022-08-01,2022-08-04,\n",
        )
        clicks = written("clicks", "handle,code,day,clicks\nlaotie,P9001,2022-08-01,30\n")
        fans = written("fans", "handle,women,parents,young,counted_on\nlaotie,47,52,41,2022-08-01\n")

        assert run(goods_commands, "import", products) == (
            "1 new, 0 changed, 0 unchanged; 0 taken down for returns, off 0 shelves\n"
        )
        assert run(goods_commands, "sales", sales) == "1 new, 0 changed, 0 unchanged\n"
        assert run(goods_commands, "sales", sales) == "0 new, 0 changed, 1 unchanged\n"
        assert run(goods_commands, "clicks", clicks) == "1 new, 0 changed, 0 unchanged\n"
        assert run(goods_commands, "fans", fans) == "0 new, 1 changed, 0 unchanged\n"

    def test_says_which_cell_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "products.csv"
        path.write_text(f"{COLUMNS}\n{ROW.replace('39.90', 'cheap')}\n", "utf-8")

        with pytest.raises(OperatorError, match=r"products\.csv row 2, column price: not an amount of yuan"):
            run(goods_commands, "import", str(path))
