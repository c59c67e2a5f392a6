#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/people/*.hex: replies to "read base" (30 01) of invented residents.

Every name says that it is none: 样本 sample, 测试 test, 示例 example, 演示 demonstration. The numbers
have right check digits; their sequences, 991 and 992, are the last of a day, where hardly anybody is.
"""
import os

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# file, name, sex (1 man, 2 woman), ethnicity, area, birth, address, authority, from, to ("" = 长期)
PEOPLE = [
    ("01-wang", "王样本", 1, "01", "110105", "19470312",
     "北京市朝阳区样本路1号院3号楼2单元501室", "北京市公安局朝阳分局", "20070601", ""),
    ("02-li", "李测试", 2, "01", "310115", "19520908",
     "上海市浦东新区测试路88弄6号602室", "上海市公安局浦东分局", "20120315", ""),
    ("03-chen", "陈示例", 1, "01", "440106", "19390525",
     "广州市天河区示例大道12号", "广州市公安局天河分局", "20060110", ""),
    ("04-liu", "刘演示", 2, "01", "510107", "19610217",
     "成都市武侯区演示街45号", "成都市公安局武侯分局", "20110822", ""),
    ("05-zhao", "赵样本", 2, "11", "210102", "19580704",
     "沈阳市和平区样本街9号", "沈阳市公安局和平分局", "20100930", ""),
    ("06-aygul", "阿依古丽·测试", 2, "05", "650102", "19560119",
     "乌鲁木齐市天山区测试巷7号", "乌鲁木齐市公安局天山区分局", "20090417", ""),
    ("07-mehmet", "买买提江·示例", 1, "05", "653101", "19880630",
     "喀什市示例路23号", "喀什市公安局", "20160801", "20360801"),
    ("08-zhuoma", "卓玛样本", 2, "04", "540102", "19930411",
     "拉萨市城关区样本路5号", "拉萨市公安局城关分局", "20190520", "20290520"),
    ("09-batu", "巴图测试", 1, "02", "150102", "19751103",
     "呼和浩特市新城区测试街31号", "呼和浩特市公安局新城区分局", "20150706", "20350706"),
    ("10-ma", "马示例", 1, "03", "640104", "19660822",
     "银川市兴庆区示例巷16号", "银川市公安局兴庆区分局", "20130228", ""),
    ("11-sun", "孙演示", 2, "01", "320106", "20010515",
     "南京市鼓楼区演示路2号演示大学学生公寓8栋414室", "南京市公安局鼓楼分局", "20190903", "20290903"),
    ("12-zhou", "周小样本", 1, "01", "330106", "20100101",
     "杭州市西湖区样本弄3号", "杭州市公安局西湖区分局", "20220110", "20270110"),
    ("13-ouyang", "欧阳测试", 2, "01", "420106", "19840229",
     "武汉市武昌区测试街道二号小区11栋1702室", "武汉市公安局武昌区分局", "20140318", "20340318"),
    ("14-huang", "黄示例", 1, "08", "450103", "19441231",
     "南宁市青秀区示例大道100号", "南宁市公安局青秀分局", "20080505", ""),
]


def id_number(area, birth, sex):
    """GB 11643: the last digit of the sequence is odd for men."""
    body = area + birth + ("991" if sex == 1 else "992")
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS))
    return body + "10X98765432"[total % 11]


def field(text, units):
    if len(text) > units:
        raise ValueError(f"{text} is longer than {units}")
    return text.ljust(units).encode("utf-16-le")


def card(name, sex, ethnicity, area, birth, address, authority, valid_from, valid_to):
    text = b"".join((
        field(name, 15), field(str(sex), 1), field(ethnicity, 2), field(birth, 8),
        field(address, 35), field(id_number(area, birth, sex), 18), field(authority, 15),
        field(valid_from, 8), field(valid_to or "长期", 8), field("", 18)))
    photo = bytes((i * 7 + len(address)) & 0xff for i in range(1024))
    data = bytes((0, 0, 0x90, 1, 0, 4, 0)) + text + photo
    length = len(data) + 1
    framed = bytes((length >> 8, length & 0xff)) + data
    check = 0
    for byte in framed:
        check ^= byte
    return b"\xaa\xaa\xaa\x96\x69" + framed + bytes((check,))


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "people")
    os.makedirs(folder, exist_ok=True)
    for file, *person in PEOPLE:
        frame = card(*person)
        assert len(frame) == 1295
        digits = frame.hex().upper()
        with open(os.path.join(folder, file + ".hex"), "w", encoding="ascii") as out:
            for at in range(0, len(digits), 64):
                out.write(digits[at:at + 64] + "\n")


if __name__ == "__main__":
    main()
