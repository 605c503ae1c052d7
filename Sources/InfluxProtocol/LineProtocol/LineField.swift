/// A field of a ``LinePoint``; valid as long as the point.
@frozen
public struct LineField {
    /// Unescaped, never empty.
    public let key: UnsafeRawBufferPointer
    public let value: LineValue

    @inlinable
    init(key: UnsafeRawBufferPointer, value: LineValue) {
        self.key = key
        self.value = value
    }
}
