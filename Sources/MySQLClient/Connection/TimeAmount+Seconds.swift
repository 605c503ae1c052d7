import NIOCore

extension TimeAmount {
    /// For messages.
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
