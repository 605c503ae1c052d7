/// Randomness that belongs to a row: a pure function of seed, table, key and version, so that any worker, in any order,
/// draws the same values for the same row.
///
/// SplitMix64 used as a counter: the stream of a row starts at a hash of what names the row, each draw adds the golden
/// ratio and is finalised by Stafford's variant 13, as in Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014. Only integer operations: the same on every machine.
struct RowRandom {
    private var state: UInt64

    /// - Parameters:
    ///   - stream: which use of the row this is (the row's own fields, facts shared with other tables …).
    ///   - version: which version of the row; 0 is the first.
    @inline(__always)
    init(seed: UInt64, table: ShopTable, key: UInt64, stream: Stream = .fields, version: UInt64 = 0) {
        self.init(
            seed: seed,
            place: UInt64(table.rawValue) &<< 56 | UInt64(stream.rawValue) &<< 48,
            key: key,
            version: version
        )
    }

    /// - Parameter place: names what the key is a key of; the highest byte of places outside the shop is 64 or more.
    @inline(__always)
    init(seed: UInt64, place: UInt64, key: UInt64, version: UInt64 = 0) {
        state = RowRandom.mix(
            RowRandom.mix(seed ^ place) &+ key &* 0xD1B5_4A32_D192_ED03 &+ version &* 0x8CB9_2BA7_2F3D_8DD7
        )
    }

    /// Keeps the draws for different purposes on one row apart.
    enum Stream: UInt8 {
        case fields = 0
        case facts = 1
        case line = 2
        case traffic = 3
    }

    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed &>> 31
    }

    /// 64 uniform bits.
    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return RowRandom.mix(state)
    }

    /// Uniform in `0..<bound`; the bias is below `bound / 2^64`.
    @inline(__always)
    mutating func next(below bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }

    /// Uniform in `range`, both ends included.
    @inline(__always)
    mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound &+ next(below: range.upperBound &- range.lowerBound &+ 1)
    }

    /// True `perThousand` times in a thousand.
    @inline(__always)
    mutating func chance(_ perThousand: Int) -> Bool { next(below: 1000) < perThousand }
}
