import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.policies.masking import masked


class TestMasked:
    @pytest.mark.parametrize(
        ("text", "secret"),
        [
            ("我电话13812345678帮我查", "13812345678"),
            ("打 138 1234 5678", "1234 5678"),
            ("+86-13812345678", "13812345678"),
            ("身份证11010119900307123X能认证吗", "11010119900307123X"),
            ("卡号6222 0212 3456 7890 123 提现", "6222"),
            ("QQ 123456789 加我", "123456789"),
            ("微信 wxid_abc123 加我", "wxid_abc123"),
            ("问 @laotie_88 的收入", "laotie"),
            ("发到 a.b@example.com", "example"),
            ("看 https://v.example.com/x?u=1 这个", "example"),
            ("我叫张三丰，怎么申诉", "张三丰"),
            ("《我和王小明的一天》能发吗", "王小明"),
            ("１３８１２３４５６７８", "13812345678"),
        ],
    )
    def test_leaves_nothing_personal(self, text: str, secret: str) -> None:
        assert secret not in masked(text)
        assert "已隐去" in masked(text)

    @pytest.mark.parametrize(
        "text", ["提现 50000 元要几天", "2022年8月15日的规定", "P模式1000播放5元", "1V1人工"]
    )
    def test_keeps_the_matter(self, text: str) -> None:
        assert masked(text) == text

    @given(st.text(max_size=400))
    def test_is_one_short_line(self, text: str) -> None:
        found = masked(text)

        assert len(found) <= 200
        assert "\n" not in found
        assert "\x00" not in found
