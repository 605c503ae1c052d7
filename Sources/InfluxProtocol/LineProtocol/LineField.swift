/// A field of a ``LinePoint``; valid as long as the point.
@frozen
package struct LineField {
    /// Unescaped, never empty.
    package let key: UnsafeRawBufferPointer
    package let value: LineValue

    @inlinable
    init(key: UnsafeRawBufferPointer, value: LineValue) {
        self.key = key
        self.value = value
    }
}
