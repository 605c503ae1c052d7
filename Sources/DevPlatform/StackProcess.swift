/// A server as a process.
package struct StackProcess: Codable, Hashable, Sendable {
    package var server: StackServer
    package var processID: Int32
    /// As the server itself says; empty until it answers.
    package var version: String
    /// Resident memory in bytes, where the system reports it.
    package var residentBytes: Int?
    /// How often it was started again after it had died.
    package var restarts: Int
}
