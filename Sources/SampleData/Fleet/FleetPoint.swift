/// A point before it is written: a member's fields at a time.
struct FleetPoint: Equatable {
    /// Nanoseconds since 1970, as the device's clock has it.
    var time: Int64
    /// The firmware's release, which is part of the series; 0 for meters.
    var release: Int
    /// Values of the fields in their order: decimals without their point, 0 and 1 for booleans, indices for strings.
    var values: SIMD8<Int64> = .zero
    /// Bit n: field n is there.
    var present: UInt8 = 0

    init(time: Int64, release: Int) {
        self.time = time
        self.release = release
    }

    @inline(__always)
    mutating func set(_ field: Int, _ value: Int) {
        values[field] = Int64(value)
        present |= 1 &<< UInt8(truncatingIfNeeded: field)
    }

    @inline(__always)
    func has(_ field: Int) -> Bool { present &>> UInt8(truncatingIfNeeded: field) & 1 != 0 }

    /// What a database holds after a later write to the same series and time: field by field, the last one.
    func merged(with later: FleetPoint) -> FleetPoint {
        var merged = self
        for field in 0..<8 where later.has(field) { merged.set(field, Int(later.values[field])) }
        return merged
    }
}
