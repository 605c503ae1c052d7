/// A number of a JSON text.
public struct JSONNumber {
    var digits = DecimalText.Digits()
    /// Whether it has neither a fraction nor an exponent.
    var isInteger = true
    /// Where it stands.
    var text = UnsafeRawBufferPointer(start: nil, count: 0)

    /// The nearest Double; `nil` where none is finite.
    @inline(__always)
    var double: Double? { DecimalText.double(digits, text: text) }

    /// `nil` where it has a fraction or an exponent, or does not fit.
    @inline(__always)
    var integer: Int64? { isInteger ? DecimalText.integer(text) : nil }

    /// `nil` where it has a sign, a fraction or an exponent, or does not fit.
    @inline(__always)
    var unsigned: UInt64? { isInteger ? DecimalText.unsigned(text) : nil }

    var value: InfluxValue? {
        if isInteger {
            if let integer { return .integer(integer) }
            if let unsigned { return .unsigned(unsigned) }
        }
        return double.map { .double($0) }
    }
}
