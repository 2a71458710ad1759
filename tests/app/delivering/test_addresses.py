"""Where nothing may be sent, however it is written."""

from ipaddress import ip_address, ip_network

import pytest

from eclosion.app.delivering.addresses import read_place
from eclosion.kernel.addresses import literal, may_send_to
from eclosion.webhooks.errors import AddressRefused

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9
224.0.0.1 239.1.2.3 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1
2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1
ff02::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 172.15.0.1 172.32.0.1 192.0.1.1 192.169.0.1
198.17.255.255 198.20.0.1 223.255.255.255 2606:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2001:200::1
""".split()
ODD = """
http://127.1/ http://0/ http://2130706433/ http://0x7f000001/ http://0x7f.1/ http://0177.0.0.1/ http://127.0.0.1./
http://127.000.000.001/ http://1.2.3.4./ http://0300.0250.1/ http://١٢٧.٠.٠.١/ http://①②⑦.⓪.⓪.①/ http://ⓛocalhost/
http://[::1%25eth0]/ http://[fe80::1%25lo]/ http://[::1/ http://127.0.0.1%2f@example.org/ http://example.org%00/
http://ex%61mple.org/ http://example.org\\@127.0.0.1/  http://-/ http://.example.org/ http://example..org/
http://example.org./ http://[127.0.0.1]/ http://[v1.x]/ http://0x/ http://example.0x7f/ http://example.123/
http://user@example.org/ http://user:pass@example.org/ http://@127.0.0.1:80/ http://:@example.org/
http://example.org/#x ftp://example.org/ file:///etc/passwd gopher://example.org/ //example.org/ example.org
javascript:alert(1) http:/example.org http:///example.org https:// http://example.org:22/ http://example.org:25/
http://example.org:99999/ http://example.org:0/ http://example.org:-1/ http://example.org:x/
""".split()


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_what_is_not_public_is_refused(text: str) -> None:
    assert not may_send_to(ip_address(text), ())


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_is_not(text: str) -> None:
    assert may_send_to(ip_address(text), ())


def test_a_zone_makes_no_address_public() -> None:
    assert not may_send_to(ip_address("2606:4700::1111%eth0"), ())


def test_an_operator_allows_a_network_and_no_more() -> None:
    allowed = (ip_network("10.1.0.0/16"), ip_network("fd00::/64"))
    assert may_send_to(ip_address("10.1.2.3"), allowed)
    assert may_send_to(ip_address("fd00::7"), allowed)
    assert not may_send_to(ip_address("10.2.0.1"), allowed)
    assert not may_send_to(ip_address("::ffff:10.1.2.3"), allowed)


@pytest.mark.parametrize("url", ODD)
def test_what_some_read_otherwise_is_refused(url: str) -> None:
    """Odd spellings of addresses, names and ports; schemes that are none of ours; passwords."""
    with pytest.raises(AddressRefused):
        read_place(url, allow_http=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "https://example.org/" + "x" * 3_000,
        "https://a\x00b/",
        "https://a\tb/",
        "https://a b/",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        read_place(url, allow_http=True)


def test_http_has_to_be_allowed() -> None:
    with pytest.raises(AddressRefused):
        read_place("http://example.org/", allow_http=False)
    assert read_place("http://example.org/", allow_http=True).port == 80


def test_a_place_is_read_in_its_plain_form() -> None:
    place = read_place(" HTTPS://Exämple.ORG:8443/ä?q=1 ", allow_http=False)
    assert place.url == "https://xn--exmple-cua.org:8443/%C3%A4?q=1"
    assert (place.scheme, place.host, place.port) == ("https", "xn--exmple-cua.org", 8443)
    assert read_place("https://[2606:4700::1111]/", allow_http=False).host == "2606:4700::1111"
    assert literal("2606:4700::1111") is not None
    assert literal("example.org") is None
