/// A place with devices and meters: where it is, and what the weather is like.
struct FleetSite: Sendable, Hashable {
    /// The value of the tag `site`.
    let name: String
    /// Millionths of a degree.
    let latitude: Int
    let longitude: Int
    /// The year's mean temperature outside, in hundredths of a degree Celsius.
    let meanTemperature: Int
    /// How far summer and winter are from the mean; negative south of the equator.
    let seasonSwing: Int
    /// How far afternoon and night are from the day's mean.
    let daySwing: Int

    /// How far the sun is ahead of UTC, in milliseconds.
    var solarOffset: Int { longitude * 240 / 1000 }

    /// Site n belongs to the shop's warehouse n + 1 (see `ShopScale.warehouses`). Some names need escapes in line
    /// protocol.
    static let all = [
        FleetSite("Berlin", 52_520_000, 13_405_000, 1010, 1000, 420),
        FleetSite("Rotterdam Dock=7", 51_922_500, 4_479_200, 1080, 760, 300),
        FleetSite("Köln, Nord", 50_937_500, 6_960_300, 1090, 860, 400),
        FleetSite("Milano", 45_464_200, 9_190_000, 1400, 1080, 480),
        FleetSite("Sevilla", 37_389_100, -5_984_500, 1920, 900, 720),
        FleetSite("Oslo", 59_913_900, 10_752_200, 680, 1120, 360),
        FleetSite("Kraków", 50_064_700, 19_945_000, 920, 1100, 460),
        FleetSite("Lyon", 45_764_000, 4_835_700, 1290, 930, 460),
        FleetSite("Dublin", 53_349_800, -6_260_300, 980, 500, 280),
        FleetSite("Helsinki", 60_169_900, 24_938_400, 640, 1180, 300),
        FleetSite("Boston", 42_360_100, -71_058_900, 1090, 1250, 420),
        FleetSite("Denver", 39_739_200, -104_990_300, 1050, 1260, 760),
        FleetSite("São Paulo", -23_550_500, -46_633_300, 1980, -330, 430),
        FleetSite("Cape Town", -33_924_900, 18_424_100, 1680, -430, 440),
        FleetSite("Nairobi", -1_292_100, 36_821_900, 1890, -120, 560),
        FleetSite("Dubai", 25_204_800, 55_270_800, 2820, 820, 520),
        FleetSite("Mumbai", 19_076_000, 72_877_700, 2720, 330, 380),
        FleetSite("Singapore", 1_352_100, 103_819_800, 2780, 70, 300),
        FleetSite("大阪", 34_693_700, 135_502_300, 1690, 1130, 380),
        FleetSite("Sydney", -33_868_800, 151_209_300, 1810, -530, 420),
    ]

    private init(
        _ name: String,
        _ latitude: Int,
        _ longitude: Int,
        _ meanTemperature: Int,
        _ seasonSwing: Int,
        _ daySwing: Int
    ) {
        self.name = name
        self.latitude = latitude
        self.longitude = longitude
        self.meanTemperature = meanTemperature
        self.seasonSwing = seasonSwing
        self.daySwing = daySwing
    }
}
