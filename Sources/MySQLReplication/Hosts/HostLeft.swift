/// A host was left for another one while the stream was to come to where it is.
struct HostLeft: Error, CustomStringConvertible {
    /// `host:port`
    var host: String

    var description: String { "\(host) is not the source host any more; retrying at the present one" }
}
