/// A server as a process.
public struct StackProcess: Codable, Hashable, Sendable {
    public var server: StackServer
    public var processID: Int32
    /// As the server itself says; empty until it answers.
    public var version: String
    /// Resident memory in bytes, where the system tells.
    public var residentBytes: Int?
    /// How often it was started again after it had died.
    public var restarts: Int
}
