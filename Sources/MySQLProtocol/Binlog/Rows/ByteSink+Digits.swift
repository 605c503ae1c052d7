import ColumnarBytes

extension ByteSink {
    /// Appends exactly `count` decimal digits of `value`, with zeros in front; higher digits are cut.
    func appendDigits(_ value: UInt64, count: Int) {
        let place = reserve(count)
        var rest = value
        var index = count - 1
        while index >= 0 {
            place.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10),
                toByteOffset: index,
                as: UInt8.self
            )
            rest /= 10
            index -= 1
        }
        commit(count)
    }

    /// Appends `value` in decimal.
    func appendInteger(_ value: UInt64) {
        // From the last digit on, at the end of the longest place, then moved to its beginning.
        let place = reserve(20)
        var rest = value
        var start = 20
        repeat {
            start -= 1
            place.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10),
                toByteOffset: start,
                as: UInt8.self
            )
            rest /= 10
        } while rest > 0
        place.copyMemory(from: place + start, byteCount: 20 - start)
        commit(20 - start)
    }

    /// Appends `value` in decimal.
    func appendInteger(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendInteger(value.magnitude)
    }

    func appendASCII(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
