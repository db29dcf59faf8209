"""Hardware that is really seen on the market, with prices; data only, no decisions."""

from __future__ import annotations

from typing import NamedTuple, Tuple


class Gpu(NamedTuple):
    """A model: its names, memory in GB, power limit in W, USD per DAY and card, how common."""

    name: str
    memory: float
    power: int
    cheapest: float
    dearest: float
    weight: int
    #: the usual numbers of cards in one machine
    counts: Tuple[int, ...] = (1,)
    #: what stands before the name in specs.gpu and specs.gpus
    brand: str = "GeForce "


_RIG = (1, 1, 2, 4, 6, 8)
_PAIR = (1, 1, 1, 2, 2, 4)

GPUS = (
    Gpu("RTX 4090", 24, 450, 3.0, 9.0, 22, (1, 1, 1, 1, 2, 2, 4, 8)),
    Gpu("RTX 5090", 32, 575, 9.0, 16.0, 5, _PAIR),
    Gpu("RTX 4080", 16, 320, 2.2, 4.5, 5, _PAIR),
    Gpu("RTX 4070 Ti SUPER", 16, 285, 1.6, 3.0, 4, _PAIR),
    Gpu("RTX 4070 SUPER", 11.99, 220, 1.3, 2.4, 4, _PAIR),
    Gpu("RTX 4060 Ti", 16, 165, 0.9, 1.7, 3, _PAIR),
    Gpu("RTX 3090", 24, 350, 1.5, 4.0, 14, _RIG),
    Gpu("RTX 3080 Ti", 12, 350, 1.1, 2.4, 5, _RIG),
    Gpu("RTX 3080", 10, 320, 0.9, 2.0, 10, _RIG),
    Gpu("RTX 3070", 8, 220, 0.6, 1.3, 8, _RIG),
    Gpu("RTX 3060 Ti", 8, 200, 0.5, 1.1, 8, (1, 4, 6, 8, 8, 12)),
    Gpu("RTX 3060", 12, 170, 0.45, 1.0, 5, _RIG),
    Gpu("GTX 1660 SUPER", 6, 125, 0.2, 0.45, 4, (1, 6, 8)),
    Gpu("GTX 1080 Ti", 11, 250, 0.3, 0.7, 3, _RIG),
    Gpu("RTX A4000", 16, 140, 1.2, 2.2, 2, _PAIR, ""),
    Gpu("RTX A6000", 48, 300, 6.0, 11.0, 2, _PAIR, ""),
    Gpu("L40S", 48, 350, 9.0, 16.0, 1, _PAIR, ""),
    Gpu("A100-SXM4-80GB", 80, 400, 18.0, 30.0, 2, (1, 1, 2, 4, 8), ""),
    Gpu("A100-PCIE-40GB", 40, 250, 11.0, 19.0, 2, (1, 1, 2), ""),
    Gpu("H100 80GB HBM3", 80, 700, 40.0, 62.0, 1, (1, 8), ""),
)


class Box(NamedTuple):
    """A machine around the cards: board, processor, cores/threads, RAM in GB, PCIe."""

    board: str
    cpu: str
    cpus: str
    ram: float
    pcie_rev: int
    pcie_width: int


#: Mining rigs: many slots, little else.
RIGS = (
    Box("B250 MINING EXPERT", "Intel(R) Celeron(R) G4930 CPU @ 3.20GHz", "2/2", 7.8288, 1, 1),
    Box("BTC B250", "Intel(R) Celeron(R) CPU G3930 @ 2.90GHz", "2/2", 15.5201, 1, 1),
    Box("PRIME Z270-P", "Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz", "4/4", 31.2286, 2, 1),
    Box("H110 Pro BTC", "Intel(R) Pentium(R) CPU G4560 @ 3.50GHz", "2/4", 15.9378, 1, 1),
)
DESKTOPS = (
    Box("MPG X670E CARBON WIFI", "AMD Ryzen 9 7950X 16-Core Processor", "16/32", 63.4962, 4, 16),
    Box("B550 GAMING X V2", "AMD Ryzen 9 5900X 12-Core Processor", "12/24", 64.2161, 4, 16),
    Box("B450 Steel Legend", "AMD Ryzen 5 3600 6-Core Processor", "6/12", 31.9957, 3, 16),
    Box("PRIME Z390-P", "Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz", "8/8", 32.0277, 3, 16),
    Box("X99-F8D PLUS", "Intel(R) Xeon(R) CPU E5-2699C v4 @ 2.20GHz", "44/88", 128.8107, 3, 16),
)
SERVERS = (
    Box("H12SSL-i", "AMD EPYC 7543 32-Core Processor", "32/64", 257.6113, 4, 16),
    Box("ROMED8-2T", "AMD EPYC 7742 64-Core Processor", "64/128", 515.4321, 4, 16),
    Box("X12DPG-OA6", "Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz", "64/128", 1031.1, 4, 16),
)

#: Spaces arrive encoded as x20 from some models; some have no name at all.
DISKS = (
    "Samsung SSD 990 PRO 1823.063GB", "Samsung SSD 970 EVO Plus 440.0741GB", "2320 102.4688GB",
    "KINGSTONx20SA400S37240G 211.6829GB", "SPCCx20Solidx20Statex 96.8613GB", " 82.7261GB",
    "WD_BLACK SN850X 931.5133GB", "DGSM3512GM23T 456.0399GB", "Apacerx20AS340x20120GB 91.6774GB",
    "INTEL SSDPE2KX040T8 3652.2011GB",
)  # fmt: skip
COUNTRIES = (
    "RU", "RU", "RU", "RU", "RU", "US", "US", "US", "UA", "UA", "SE", "BY", "KR", "DE", "NL", "PL",
    "CA", "CN", "KZ", "NO", "FR", "GB", "TW",
)  # fmt: skip
LONGEST_RENTALS = (24, 48, 72, 72, 72, 96, 120, 168, 168, 240, 480, 720, 1440)  # hours
CUDA = ("12.2", "12.4", "12.4", "12.6", "12.8", "13.0")
