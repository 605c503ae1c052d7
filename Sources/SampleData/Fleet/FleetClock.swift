/// Spans in milliseconds, the unit in which the fleet's model counts time, and rhythms over them.
///
/// Integer arithmetic only, so that every machine gets the same values.
enum FleetClock {
    static let second = 1000
    static let minute = 60 * second
    static let hour = 60 * minute
    static let day = 24 * hour
    /// 365.25 days.
    static let year = 365 * day + 6 * hour
    /// 2020-01-01, before anything of the fleet was built.
    static let epoch = 1_577_836_800_000

    /// `value` modulo `span`, never negative.
    @inline(__always)
    static func remainder(_ value: Int, _ span: Int) -> Int {
        let rest = value % span
        return rest < 0 ? rest &+ span : rest
    }

    /// `value` / `span`, rounded down.
    @inline(__always)
    static func quotient(_ value: Int, _ span: Int) -> Int {
        (value &- remainder(value, span)) / span
    }

    /// Where `value` lies in `span`, as 0..<65536.
    @inline(__always)
    static func phase(_ value: Int, _ span: Int) -> Int { remainder(value, span) &<< 16 / span }

    /// The sine of `phase` (65536 is a full turn) times `amplitude`, within 0.2 %.
    ///
    /// Bhāskara's approximation, 16x(π − x) / (5π² − 4x(π − x)).
    @inline(__always)
    static func sine(_ phase: Int, amplitude: Int) -> Int {
        let half = 32768
        let place = phase & (half &- 1)
        let product = place &* (half &- place)
        let value = 16 &* product &* amplitude / (5 &* half &* half &- 4 &* product)
        return phase & half == 0 ? value : 0 &- value
    }

    /// Smooth noise of −`amplitude`…`amplitude` that changes about every `span` milliseconds: random values on a
    /// lattice, joined by 3x² − 2x³.
    @inline(__always)
    static func noise(_ name: UInt64, at time: Int, span: Int, amplitude: Int) -> Int {
        let rest = remainder(time, span)
        let cell = UInt64(truncatingIfNeeded: (time &- rest) / span)
        let first = lattice(name, cell)
        let second = lattice(name, cell &+ 1)
        let place = rest &<< 12 / span
        let weight = (place &* place &* (3 &* 4096 &- 2 &* place)) &>> 24
        return ((first &<< 12 &+ (second &- first) &* weight) &* amplitude) / (1 &<< 27)
    }

    /// −32768…32767
    @inline(__always)
    private static func lattice(_ name: UInt64, _ cell: UInt64) -> Int {
        Int(Int16(truncatingIfNeeded: RowRandom.mix(name &+ cell &* 0x9E37_79B9_7F4A_7C15)))
    }
}
