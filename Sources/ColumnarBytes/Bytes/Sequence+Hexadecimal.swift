extension Sequence<UInt8> {
    /// Two digits for each byte, letters large, as `HEX()` and `x'…'` of SQL have them.
    public var hexadecimal: String {
        let digits = Array("0123456789ABCDEF")
        return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
