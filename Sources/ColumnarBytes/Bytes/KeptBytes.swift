/// Bytes that outlive the call in which they were handed over: a copy, or the storage that they lie in.
public struct KeptBytes: @unchecked Sendable {
    // Sendable because nobody writes to the storage any more.

    public let bytes: UnsafeRawBufferPointer
    private let storage: GrowableBytes

    /// - Parameter storage: what `bytes` lie in, if nothing else will be written to it. Otherwise they are copied.
    public init(_ bytes: UnsafeRawBufferPointer, in storage: GrowableBytes?) {
        if let storage {
            self.storage = storage
            self.bytes = bytes
        } else {
            self.storage = GrowableBytes(minimumCapacity: bytes.count)
            self.storage.append(bytes)
            self.bytes = self.storage.bytes
        }
    }

    /// The storage, if it is to be handed on.
    public var owner: GrowableBytes { storage }
}
