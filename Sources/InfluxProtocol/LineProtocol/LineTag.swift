/// A tag of a ``LinePoint``, unescaped; valid as long as the point.
@frozen
public struct LineTag {
    public let key: UnsafeRawBufferPointer
    /// Never empty: line protocol leaves an absent tag out.
    public let value: UnsafeRawBufferPointer

    @inlinable
    init(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        self.key = key
        self.value = value
    }
}
