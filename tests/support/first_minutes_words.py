"""What is asked and answered in the walk of `first_minutes.py`, in both languages of the window."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final, Literal

Language = Literal["en", "zh_CN"]
CHINESE: Final = Path(__file__).resolve().parents[2] / "resources" / "translations" / "roku_zh_CN.ts"


class Words:
    """What is asked and answered, in a language; `words("Quit")` is what the window calls it."""

    def __init__(self, language: Language) -> None:
        english = language == "en"
        self._texts: dict[str, str] = {} if english else _chinese()
        self.hello = "Hello, who are you?" if english else "你好，你是谁？"
        self.wish = "Write down what we need for the picnic." if english else "把野餐要带的东西记下来。"
        self.list = PICNIC if english else PICNIC_ZH
        self.written = WRITTEN if english else WRITTEN_ZH
        self.more = "And if it rains?" if english else "要是下雨怎么办？"
        self.rain = RAIN if english else RAIN_ZH
        self.quick = "Tea for twelve: how many leaves?" if english else "十二个人喝茶要多少茶叶？"
        self.tea = TEA if english else TEA_ZH
        self.file = "picnic.md" if english else "野餐.md"

    def __call__(self, english: str) -> str:
        return self._texts.get(english, english)


def end_of(answer: str) -> str:
    """Its last words as they are shown, without marks."""
    return answer.rstrip("\n*. 。").rpartition("*")[2][-8:]


def _chinese() -> dict[str, str]:
    messages = ET.parse(CHINESE).iter("message")
    return {message.findtext("source", ""): message.findtext("translation", "") for message in messages}


PICNIC: Final = """\
# Picnic on Saturday

- bread, butter, two kinds of cheese
- tomatoes, cucumbers, a watermelon
- tea in the big flask, cups for twelve
- a blanket, and the blue umbrella
"""
WRITTEN: Final = """\
The list is in `picnic.md`, in three groups:

| what | how much | who brings it |
|---|---:|---|
| Bread and cheese | 2 loaves, 600 g | Ada |
| Fruit and vegetables | 1 basket | Grace |
| Tea | 3 litres | Alan |

**One thing is open:** nobody has offered a blanket yet.
"""
RAIN: Final = """\
Then under the old railway bridge, ten minutes further along the river:

1. Tell everyone by **nine o'clock** on Saturday.
2. Bring the blue umbrella all the same.

It is dry there, and the tea stays warm.
"""
TEA: Final = """\
About **36 g** of black tea:

- 3 litres of water, 12 cups of 250 ml
- 12 g for a litre, steeped for *four minutes*
"""
PICNIC_ZH: Final = """\
# 周六的野餐

- 面包、黄油、两种奶酪
- 番茄、黄瓜、一个西瓜
- 大保温瓶的茶，十二个杯子
- 一块毯子，还有蓝色的雨伞
"""
WRITTEN_ZH: Final = """\
清单已经写进 `野餐.md`，分成三类：

| 物品 | 数量 | 谁来带 |
|---|---:|---|
| 面包和奶酪 | 2 条，600 克 | 小林 |
| 水果和蔬菜 | 1 篮 | 小陈 |
| 茶 | 3 升 | 小王 |

**还有一件事没有定：** 还没有人说要带毯子。
"""
RAIN_ZH: Final = """\
那就去老铁路桥下面，沿河再走十分钟：

1. 周六**早上九点前**通知大家。
2. 蓝色的雨伞还是要带上。

那里淋不到雨，茶也不会凉。
"""
TEA_ZH: Final = """\
红茶大约 **36 克**：

- 3 升水，正好 12 杯，每杯 250 毫升
- 每升水放 12 克，泡*四分钟*
"""
